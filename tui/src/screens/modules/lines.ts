/** The lines of the module screen around its tables. */
import type { FunctionIdentity, ModuleTree } from '@coldlens/collector';
import { cleanerFor } from '../../format/glyphs.ts';
import { counted, formatMsUnit, formatUsd, formatWindow } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import { linesAbove, withDetail } from '../table-body.ts';
import { flameLines } from './flame.ts';
import { moduleName, moduleRows, packageName } from './rows.ts';
import { type ModulesFacts, selectedFigures, selectedRow, wantedBy } from './selection.ts';
import { moduleLines, packageLines } from './tables.ts';

export function summaryLine({ answer: tree, columns, glyphs }: ModulesFacts): Line {
  if (tree === null) return [];
  const cleaned = cleanerFor(glyphs);
  if (tree.trees === 0) return [];
  const parts = [
    `${formatMsUnit(tree.totalMs)} in ${counted(moduleCount(tree), 'module')}`,
    counted(tree.packages.length, 'package'),
    `mean of ${counted(tree.trees, 'cold start')}`,
    `${formatUsd(monthlyUsd(tree))}/month`,
    ...(tree.version === '' ? [] : [`version ${cleaned(tree.version)}`]),
    ...(tree.seen === null ? [] : [`seen: ${cleaned(tree.seen)}`]),
    ...(tree.hint === null ? [] : [`to see all: ${cleaned(tree.hint)}`]),
    ...(tree.leftOut > 0 ? [`${counted(tree.leftOut, 'module')} left out`] : []),
  ];
  return joinedWithin(
    parts.map((text): Line => [{ text, dim: true }]),
    ` ${glyphs.dot} `,
    columns,
  );
}

/** A node may stand for several. */
const moduleCount = ({ modules, leftOut }: ModuleTree): number =>
  Math.round(modules.reduce((sum, node) => sum + node.modules, leftOut));

/** Every module at the price of any: not added up, for a total may be in another one. */
const monthlyUsd = ({ modules, totalMs }: ModuleTree): number | null => {
  const priced = modules.find((node) => node.totalMs > 0);
  return priced === undefined || priced.usdPerMonth === null ? null : (priced.usdPerMonth / priced.totalMs) * totalMs;
};

export function treeLines(facts: ModulesFacts, tree: ModuleTree): Line[] {
  if (tree.trees === 0) return notSeenLines(facts, tree);
  const { state, rows, columns, glyphs } = facts;
  const lines =
    state.view === 'packages' ? packageLines(facts, tree) : state.view === 'tree' ? moduleLines(facts, tree) : [];
  const drawn =
    state.view === 'flame'
      ? flameLines(tree, moduleRows(tree, wantedBy(state)), selectedRow(facts)?.key, {
          columns,
          rows: linesAbove(rows),
          glyphs,
        })
      : lines;
  if (drawn.length <= 1 && state.list.filter !== '') {
    return [
      [],
      [{ text: `  Nothing matches ${cleanerFor(glyphs)(state.list.filter)}` }],
      [{ text: '  Esc drops the filter', dim: true }],
    ];
  }
  return withDetail(drawn, detailLine(facts, tree), rows);
}

/** The selected one in full. */
function detailLine(facts: ModulesFacts, tree: ModuleTree): Line {
  const { columns, glyphs } = facts;
  const cleaned = cleanerFor(glyphs);
  const found = selectedFigures(facts, tree);
  if (found === undefined) return [];
  const isModule = 'depth' in found;
  const texts = [
    ...(isModule ? [packageLabel(found.package, found.packageVersion), found.format] : found.versions),
    found.importedBy === '' ? '' : `imported at ${found.importedBy}`,
    `${formatMsUnit(found.totalMs)}, self ${formatMsUnit(found.selfMs)}`,
    counted(found.modules, 'module'),
    `in ${found.observed} of ${tree.trees}`,
    ...(isModule
      ? [
          found.isAwaiting ? 'waits at its top level' : '',
          found.isCircular ? 'circular' : '',
          found.hasFailed ? 'failed' : '',
        ]
      : []),
    found.isUnused === true ? 'unused: none of its functions ran' : '',
  ].filter((text) => text !== '');
  const name = isModule ? moduleName(found) : packageName(found.name);
  return joinedWithin(
    [[{ text: cleaned(name), bold: true }], ...texts.map((text): Line => [{ text: cleaned(text), dim: true }])],
    ` ${glyphs.dot} `,
    columns,
  );
}

const dim = (text: string): Line => [{ text, dim: true }];

const packageLabel = (name: string | null, version: string): string =>
  [packageName(name), version].filter((text) => text !== '').join(' ');

/** Workers are one bundle, whose modules no hook sees; of other languages nothing is told. */
const waysToSee = ({ provider }: FunctionIdentity, hint: string | null): Line[] => {
  if (hint === null && provider === 'cloudflare') return [dim('  A Worker is one script: its modules are not told.')];
  return [
    dim(
      hint === null
        ? '  To see those of a Node function, start it with the agent and'
        : '  To see them, start the function with',
    ),
    [{ text: `    ${hint ?? 'NODE_OPTIONS="--import @coldlens/agent/register"'}`, color: 'cyan' }],
  ];
};

const notSeenLines = ({ state: { of }, glyphs }: ModulesFacts, { hint, seen }: ModuleTree): Line[] => [
  [],
  [{ text: '  No cold start in this window has told what it loaded.', bold: true }],
  ...(seen === null ? [] : [[{ text: `  Modules: ${cleanerFor(glyphs)(seen)}` }]]),
  ...waysToSee(of, hint === null ? null : cleanerFor(glyphs)(hint)),
];

export const nothingLines = ({ state: { of, sinceMs }, glyphs }: ModulesFacts): Line[] => [
  [],
  [{ text: `  No invocation of ${cleanerFor(glyphs)(of.name)} in the last ${formatWindow(sinceMs)}.`, bold: true }],
  [{ text: '  Esc leads back.', dim: true }],
];
