/** The instances that served a function lately: how each began, and what it has served since. */
import type { Instance, InstanceList } from '@coldlens/collector';
import type { Pane } from '../../app/panes.ts';
import { cells, toWidth } from '../../format/clean.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import {
  counted,
  formatAge,
  formatCount,
  formatMs,
  formatShare,
  formatWindow,
  notObservable,
} from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import { planTable, type TableColumn, tableHeader, tableRow } from '../../format/table.ts';
import type { PaneFacts } from './panes.ts';
import type { FunctionView } from './view.ts';

/** More of them are seldom looked at; the JSON has all. */
const mostWanted = 8;
/** As narrow as a first column may become, so that its end stays. */
const idCells = 12;

export function instancesPane(facts: PaneFacts, { instances }: FunctionView): Omit<Pane, 'id'> {
  const told = instances !== null && 'count' in instances ? instances : undefined;
  const title = told === undefined ? 'Instances' : `Instances, last ${formatWindow(windowMs(told))}`;
  const count = told === undefined || told.instances.length === 0 ? 1 : Math.min(mostWanted, told.instances.length) + 2;
  return {
    title,
    least: count,
    wants: count,
    lines: (columns, rows) =>
      told === undefined ? [untoldLine(facts, instances)] : toldLines(facts, told, columns, rows),
  };
}

/** To the minute: where the window begins is not always told to the millisecond. */
const windowMs = ({ since, until }: InstanceList): number =>
  Math.max(1, Math.round((Date.parse(until) - Date.parse(since)) / 60_000)) * 60_000;

function untoldLine({ glyphs }: PaneFacts, instances: FunctionView['instances']): Line {
  const why =
    instances !== null && 'trouble' in instances ? cleanerFor(glyphs)(instances.trouble) : 'None was seen lately.';
  return [{ text: `  ${why}`, dim: true }];
}

function toldLines(facts: PaneFacts, told: InstanceList, columns: number, rows: number): Line[] {
  const plan = planTable(instanceColumns(facts), told.instances, columns, facts.glyphs);
  const table = [tableHeader(plan), ...told.instances.map((row) => tableRow(plan, row))];
  return [countLine(facts, told, columns), ...(told.instances.length === 0 ? [] : table)].slice(0, rows);
}

function countLine({ glyphs }: PaneFacts, told: InstanceList, columns: number): Line {
  const { count, mostAtOnce, invocationsWithoutInstance: nameless, instances } = told;
  const namedNone = nameless > 0 ? [`${counted(nameless, 'invocation')} named no instance`] : [];
  const texts =
    count === 0
      ? [...namedNone, 'none is known']
      : [
          counted(count, 'instance'),
          // Before the rest, for it is what the count leaves out.
          ...namedNone,
          `at most ${formatCount(mostAtOnce)} within a minute`,
          ...(count > instances.length ? [`the latest ${formatCount(instances.length)}`] : []),
        ];
  return joinedWithin(
    texts.map((text): Line => [{ text, dim: true }]),
    ` ${glyphs.dot} `,
    columns,
  );
}

const lifeMs = ({ startedAt, firstAt, latestAt }: Instance): number =>
  Date.parse(latestAt) - Date.parse(startedAt ?? firstAt);

/** Ids of one function differ at their ends: log streams begin with the date. */
const endOf = (id: string, ellipsis: string): string => {
  if (cells(id) <= idCells) return id;
  return `${ellipsis}${toWidth([...id].slice(1 - idCells).join(''), idCells - 1, 'left', '').trimEnd()}`;
};

/** Cut only where there is a screen: a text has room for all. */
function instanceColumns({ glyphs, nowMs, state }: PaneFacts): readonly TableColumn<Instance>[] {
  const cleaned = cleanerFor(glyphs);
  const id = (text: string): string => (state === undefined ? cleaned(text) : endOf(cleaned(text), glyphs.ellipsis));
  return [
    {
      header: 'instance',
      align: 'left',
      priority: 0,
      text: ({ instanceId }) => id(instanceId),
    },
    { header: 'served', align: 'right', priority: 1, text: ({ latestAt }) => formatAge(nowMs - Date.parse(latestAt)) },
    {
      header: 'began',
      align: 'right',
      priority: 4,
      text: ({ startedAt }) => (startedAt === null ? notObservable : formatAge(nowMs - Date.parse(startedAt))),
    },
    { header: 'as', align: 'left', priority: 3, text: ({ startKind }) => startKind ?? notObservable },
    { header: 'cold ms', align: 'right', priority: 2, text: ({ coldLatencyMs }) => formatMs(coldLatencyMs) },
    { header: 'invoc', align: 'right', priority: 1, text: ({ invocations }) => formatCount(invocations) },
    { header: 'errors', align: 'right', priority: 6, text: ({ errors }) => formatCount(errors) },
    {
      header: 'busy',
      align: 'right',
      priority: 5,
      text: (one) =>
        one.busyMs === null || lifeMs(one) <= 0 ? notObservable : formatShare(Math.min(1, one.busyMs / lifeMs(one))),
    },
    {
      header: 'MB used',
      align: 'right',
      priority: 7,
      text: ({ memoryUsedMb }) => (memoryUsedMb === null ? notObservable : formatCount(memoryUsedMb)),
    },
    { header: 'version', align: 'left', priority: 8, text: ({ version }) => cleaned(version) },
  ];
}
