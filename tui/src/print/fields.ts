/** CSV and Markdown, and the ranking's fields in them. */
import type { RankedFunction } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { executionText } from '../format/executions.ts';
import { formatCount, formatMs, formatShare, formatUsd, notObservable } from '../format/numbers.ts';
import { changeText } from '../screens/columns.ts';
import type { TextColumn } from './text-table.ts';

type Value = string | number | boolean | null;

/** Names are those of the JSON, with the path written as one word. */
export type CsvField<Row> = readonly [name: string, value: (row: Row) => Value];

const csvFields: readonly CsvField<RankedFunction>[] = [
  ['provider', (f) => f.provider],
  ['account', (f) => f.account],
  ['region', (f) => f.region],
  ['name', (f) => f.name],
  ['version', (f) => f.version],
  ['runtime', (f) => f.runtime],
  ['arch', (f) => f.arch],
  ['memoryMb', (f) => f.memoryMb],
  ['invocations', (f) => f.invocations],
  ['coldStarts', (f) => f.coldStarts],
  ['coldRatio', (f) => f.coldRatio],
  ['errors', (f) => f.errors],
  ['coldP50Ms', (f) => f.cold.p50Ms],
  ['coldP90Ms', (f) => f.cold.p90Ms],
  ['coldP99Ms', (f) => f.cold.p99Ms],
  ['coldMaxMs', (f) => f.cold.maxMs],
  ['warmP50Ms', (f) => f.warm.p50Ms],
  ['warmP90Ms', (f) => f.warm.p90Ms],
  ['warmP99Ms', (f) => f.warm.p99Ms],
  ['warmMaxMs', (f) => f.warm.maxMs],
  ['untoldP50Ms', (f) => f.untold.p50Ms],
  ['untoldP90Ms', (f) => f.untold.p90Ms],
  ['untoldP99Ms', (f) => f.untold.p99Ms],
  ['untoldMaxMs', (f) => f.untold.maxMs],
  ['reportedInitMs', (f) => f.phases.reportedInitMs],
  ['platformMs', (f) => f.phases.platformMs],
  ['runtimeStartMs', (f) => f.phases.runtimeStartMs],
  ['initMs', (f) => f.phases.initMs],
  ['executionMs', (f) => f.phases.executionMs],
  ['restoreMs', (f) => f.phases.restoreMs],
  ['totalUsd', (f) => f.cost.totalUsd],
  ['coldUsd', (f) => f.cost.coldUsd],
  ['perMillionUsd', (f) => f.cost.perMillionUsd],
  ['monthlyUsd', (f) => f.cost.monthlyUsd],
  ['costReason', (f) => f.cost.reason],
];

/** Of the window before; empty for functions that were not there. */
const csvBeforeFields: readonly CsvField<RankedFunction>[] = [
  ['beforeInvocations', (f) => f.before?.invocations ?? null],
  ['beforeColdStarts', (f) => f.before?.coldStarts ?? null],
  ['beforeColdP50Ms', (f) => f.before?.coldP50Ms ?? null],
  ['beforeIsColdChangeSure', (f) => f.before?.isColdChangeSure ?? null],
];

/** RFC 4180: CRLF, quotes doubled. Not observable is an empty field. */
export function csvRows<Row>(fields: readonly CsvField<Row>[], rows: readonly Row[]): string {
  const texts = rows.map((row) => fields.map(([, value]) => csvField(value(row))));
  return [fields.map(([name]) => name), ...texts].map((row) => `${row.join(',')}\r\n`).join('');
}

export const csv = (functions: readonly RankedFunction[], isCompared: boolean): string =>
  csvRows([...csvFields, ...(isCompared ? csvBeforeFields : [])], functions);

function csvField(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = clean(value);
  // Spreadsheets run what begins like a formula; a leading apostrophe makes it text for them.
  const harmless = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const markdownFields: readonly TextColumn<RankedFunction>[] = [
  ['function', 'left', (f) => f.name],
  ['provider', 'left', (f) => f.provider],
  ['region', 'left', (f) => f.region],
  ['runtime', 'left', (f) => f.runtime],
  ['MB', 'right', (f) => (f.memoryMb === null ? '-' : formatCount(f.memoryMb))],
  ['invocations', 'right', (f) => formatCount(f.invocations)],
  [
    'cold',
    'right',
    (f) => (f.coldStarts === null ? notObservable : `${formatCount(f.coldStarts)} (${formatShare(f.coldRatio)})`),
  ],
  ['cold p50 ms', 'right', (f) => formatMs(f.cold.p50Ms)],
  ['cold p99 ms', 'right', (f) => formatMs(f.cold.p99Ms)],
  ['warm p50 ms', 'right', executionText],
  ['runtime start ms', 'right', (f) => formatMs(f.phases.runtimeStartMs)],
  ['init ms', 'right', (f) => formatMs(f.phases.initMs)],
  ['execution ms', 'right', (f) => formatMs(f.phases.executionMs)],
  ['cold cost', 'right', (f) => formatUsd(f.cost.coldUsd)],
  ['per month', 'right', (f) => formatUsd(f.cost.monthlyUsd)],
];

const markdownChange: TextColumn<RankedFunction> = ['cold p50 change', 'right', changeText];

/** A GitHub table. */
export function markdownRows<Row>(columns: readonly TextColumn<Row>[], lines: readonly Row[]): string {
  const rows = [
    columns.map(([header]) => header),
    columns.map(([, align]) => (align === 'left' ? '---' : '---:')),
    ...lines.map((line) => columns.map(([, , value]) => markdownText(value(line)))),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

export const markdown = (functions: readonly RankedFunction[], isCompared: boolean): string =>
  markdownRows([...markdownFields, ...(isCompared ? [markdownChange] : [])], functions);

/** Names must not become markup, links or mentions. */
export const markdownText = (value: string): string =>
  clean(value)
    .replace(/[\\`*_[\]<>|~#@&!:]/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/(www)\./gi, '$1&#46;');
