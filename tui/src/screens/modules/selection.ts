/** What is selected of a module tree, in whichever view. */
import type { FunctionIdentity, ModuleNode, ModulePackage, ModuleTree } from '@coldlens/collector';
import type { Facts } from '../../app/screen.ts';
import { type ListState, selectedIndex } from '../../state/list.ts';
import { type ModuleRow, type ModuleView, moduleRows, packageKey, packageRows, type Wanted } from './rows.ts';

export interface ModulesState {
  of: FunctionIdentity;
  sinceMs: number;
  view: ModuleView;
  toggled: ReadonlySet<string>;
  list: ListState;
}

export type ModulesFacts = Facts<ModulesState, ModuleTree | null>;

export const wantedBy = ({ view, toggled, list }: ModulesState): Wanted => ({ view, toggled, filter: list.filter });

/** Of what can be selected. */
export const keysIn = (state: ModulesState, tree: ModuleTree): readonly string[] =>
  state.view === 'packages'
    ? packageRows(tree, state.list.filter).map(packageKey)
    : moduleRows(tree, wantedBy(state)).map(({ key }) => key);

export function selectedRow({ state, answer }: ModulesFacts): ModuleRow | undefined {
  if (answer === null || state.view === 'packages') return undefined;
  const rows = moduleRows(answer, wantedBy(state));
  return rows[
    selectedIndex(
      state.list,
      rows.map(({ key }) => key),
    )
  ];
}

export function selectedFigures(facts: ModulesFacts, tree: ModuleTree): ModuleNode | ModulePackage | undefined {
  const { view, list } = facts.state;
  if (view !== 'packages') return selectedRow(facts)?.node;
  const packages = packageRows(tree, list.filter);
  return packages[selectedIndex(list, packages.map(packageKey))];
}
