/** A function's versions and memory sizes, each against the slowest of its kind; and what its uploads took to start. */
import type { FunctionPage, Group } from '@coldlens/collector';
import type { Pane } from '../../app/panes.ts';
import { shareBar } from '../../format/chart.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatAge, formatCount, formatMs } from '../../format/numbers.ts';
import type { Line } from '../../format/segments.ts';
import { planTable, type TableColumn, tableCells, tableHeader, tableRow } from '../../format/table.ts';
import type { PaneFacts } from './panes.ts';

export function groupsPane(facts: PaneFacts, page: FunctionPage): Omit<Pane, 'id'> {
  const { versions, memorySizes, uploads } = page;
  const cleaned = cleanerFor(facts.glyphs);
  const tables: ((columns: number) => Line[])[] = [
    (columns) => groupLines(facts, 'version', versions, ({ name }) => cleaned(name) || '(not told)', columns),
    (columns) => groupLines(facts, 'memory', memorySizes, memoryText, columns),
    ...(uploads.length === 0 ? [] : [(columns: number) => uploadLines(facts, uploads, columns)]),
  ];
  const count = versions.length + memorySizes.length + 3 + (uploads.length === 0 ? 0 : uploads.length + 2);
  return {
    title: uploads.length === 0 ? 'Versions and memory sizes' : 'Versions, memory sizes, uploads',
    least: count,
    wants: count,
    lines: (columns) => tables.flatMap((lines, index) => [...(index === 0 ? [] : [[]]), ...lines(columns)]),
  };
}

const memoryText = ({ name }: Group): string => (name === '' ? '(not told)' : `${formatCount(Number(name))} MB`);

type Upload = FunctionPage['uploads'][number];

const widestTable = 90;
const leastBar = 6;
const widestBar = 24;

/** The bar is the median, of which the slowest one's is the widest. */
function groupLines(
  { glyphs }: PaneFacts,
  header: string,
  groups: readonly Group[],
  name: (group: Group) => string,
  columns: number,
): Line[] {
  const width = Math.min(columns, widestTable);
  const plan = planTable(groupColumns(header, name), groups, width - leastBar - 2, glyphs);
  const room = Math.min(widestBar, width - tableCells(plan) - 2);
  const slowestMs = Math.max(0, ...groups.map(({ cold }) => cold.p50Ms ?? 0));
  return [
    tableHeader(plan),
    ...groups.map((group): Line => {
      const share = slowestMs > 0 ? (group.cold.p50Ms ?? 0) / slowestMs : 0;
      return [
        ...tableRow(plan, group),
        { text: `  ${shareBar(share, room, glyphs.init)}`, color: 'yellow', isSilent: true },
      ];
    }),
  ];
}

const groupColumns = (header: string, name: (group: Group) => string): readonly TableColumn<Group>[] => [
  { header, align: 'left', priority: 0, text: name },
  { header: 'invoc', align: 'right', priority: 4, text: ({ invocations }) => formatCount(invocations) },
  { header: 'cold', align: 'right', priority: 3, text: ({ coldStarts }) => formatCount(coldStarts) },
  { header: 'cold p50', align: 'right', priority: 1, text: ({ cold }) => formatMs(cold.p50Ms) },
  { header: 'p99', align: 'right', priority: 2, text: ({ cold }) => formatMs(cold.p99Ms) },
  { header: 'max', align: 'right', priority: 5, text: ({ cold }) => formatMs(cold.maxMs) },
  { header: 'errors', align: 'right', priority: 6, text: ({ errors }) => formatCount(errors) },
];

function uploadLines({ glyphs, nowMs }: PaneFacts, uploads: readonly Upload[], columns: number): Line[] {
  const cleaned = cleanerFor(glyphs);
  const table: readonly TableColumn<Upload>[] = [
    { header: 'uploaded', align: 'left', priority: 0, text: ({ version }) => cleaned(version) || '(not told)' },
    { header: 'ago', align: 'right', priority: 2, text: ({ at }) => formatAge(nowMs - Date.parse(at)) },
    { header: 'start-up ms', align: 'right', priority: 1, text: ({ startupMs }) => formatMs(startupMs) },
  ];
  const plan = planTable(table, uploads, Math.min(columns, widestTable), glyphs);
  return [tableHeader(plan), ...uploads.map((row) => tableRow(plan, row))];
}
