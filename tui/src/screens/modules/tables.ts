/** Modules and packages as tables. */
import type { ModulePackage, ModuleTree } from '@coldlens/collector';
import { toWidth } from '../../format/clean.ts';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
import { formatBytes, formatMs, formatShare, formatUsd } from '../../format/numbers.ts';
import type { Line } from '../../format/segments.ts';
import type { TableColumn } from '../../format/table.ts';
import { selectedIndex } from '../../state/list.ts';
import { tableLines } from '../table-body.ts';
import { type ModuleRow, moduleName, moduleRows, packageKey, packageName, packageRows } from './rows.ts';
import { type ModulesFacts, wantedBy } from './selection.ts';

const figures = <Row>(of: (row: Row) => ModulePackage | ModuleRow['node']): readonly TableColumn<Row>[] => [
  { header: 'total ms', align: 'right', priority: 1, text: (row) => formatMs(of(row).totalMs) },
  { header: 'self', align: 'right', priority: 2, text: (row) => formatMs(of(row).selfMs) },
  { header: 'share', align: 'right', priority: 4, text: (row) => formatShare(of(row).share) },
  { header: '$/month', align: 'right', priority: 3, text: (row) => formatUsd(of(row).usdPerMonth) },
  { header: 'bytes', align: 'right', priority: 5, text: (row) => formatBytes(of(row).bytes) },
  { header: '', align: 'left', priority: 6, text: (row) => (of(row).isUnused === true ? 'unused' : '') },
];

export function moduleColumns(glyphs: Glyphs, isFlat: boolean): readonly TableColumn<ModuleRow>[] {
  const cleaned = cleanerFor(glyphs);
  const name = ({ node, isExpanded }: ModuleRow): string => {
    if (isFlat) return cleaned(moduleName(node));
    const mark = node.descendants === 0 ? ' ' : isExpanded ? glyphs.expanded : glyphs.collapsed;
    return `${'  '.repeat(Math.min(node.depth, deepestIndent))}${mark} ${cleaned(moduleName(node))}`;
  };
  return [{ header: 'MODULE', align: 'left', priority: 0, text: name }, ...figures<ModuleRow>(({ node }) => node)];
}

/** Deeper ones would leave no room for names. */
const deepestIndent = 12;

export function moduleLines(facts: ModulesFacts, tree: ModuleTree): Line[] {
  const { state, glyphs } = facts;
  const rows = moduleRows(tree, wantedBy(state));
  const keys = rows.map(({ key }) => key);
  const selected = selectedIndex(state.list, keys);
  const bar = { share: ({ node }: ModuleRow) => node.share, color: 'yellow' as const };
  return tableLines({ rows, keys, selected, columns: moduleColumns(glyphs, state.list.filter !== ''), bar }, facts);
}

export function packageColumns(glyphs: Glyphs): readonly TableColumn<ModulePackage>[] {
  const cleaned = cleanerFor(glyphs);
  return [
    {
      header: 'PACKAGE',
      align: 'left',
      priority: 0,
      text: ({ name, versions }) => cleaned([packageName(name), ...versions].join(' ')),
    },
    ...figures<ModulePackage>((row) => row),
    {
      header: 'imported at',
      align: 'left',
      priority: 7,
      text: ({ importedBy }) => toWidth(cleaned(importedBy), 30).trimEnd(),
    },
  ];
}

export function packageLines(facts: ModulesFacts, tree: ModuleTree): Line[] {
  const rows = packageRows(tree, facts.state.list.filter);
  const keys = rows.map(packageKey);
  const selected = selectedIndex(facts.state.list, keys);
  const bar = { share: ({ share }: ModulePackage) => share, color: 'yellow' as const };
  return tableLines({ rows, keys, selected, columns: packageColumns(facts.glyphs), bar }, facts);
}
