/** The lines of the module screen around its tables. */
import type { ModuleTree } from '@coldlens/collector';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
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
    `${formatMsUnit(tree.totalMs)} in ${counted(tree.modules.length + tree.leftOut, 'module')}`,
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

const monthlyUsd = ({ modules }: ModuleTree): number | null =>
  modules.reduce(
    (sum: number | null, { parent, usdPerMonth }) =>
      parent === null && usdPerMonth !== null ? (sum ?? 0) + usdPerMonth : sum,
    null,
  );

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

const packageLabel = (name: string | null, version: string): string =>
  [packageName(name), version].filter((text) => text !== '').join(' ');

const notSeenLines = ({ glyphs }: { glyphs: Glyphs }, { hint, seen }: ModuleTree): Line[] => [
  [],
  [{ text: '  No cold start in this window has told what it loaded.', bold: true }],
  ...(seen === null ? [] : [[{ text: `  Modules: ${cleanerFor(glyphs)(seen)}` }]]),
  [{ text: '  To see them, start the function with', dim: true }],
  [{ text: `    ${cleanerFor(glyphs)(hint ?? 'NODE_OPTIONS="--import @coldlens/agent/register"')}`, color: 'cyan' }],
];

export const nothingLines = ({ state: { of, sinceMs }, glyphs }: ModulesFacts): Line[] => [
  [],
  [{ text: `  No invocation of ${cleanerFor(glyphs)(of.name)} in the last ${formatWindow(sinceMs)}.`, bold: true }],
  [{ text: '  Esc leads back.', dim: true }],
];
