/** Prints what an import has found. */
import { type ImportSummary, unknownReasons } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { formatCount } from '../format/numbers.ts';
import { formatBytes } from './import-progress.ts';
import { safeJson } from './json.ts';
import { grouped } from './text-table.ts';

/** As many names as a person reads. */
const mostNames = 5;
/** Of an example. */
const mostCells = 160;

/** @param isSealed rankings show it without further work */
export const importJson = (summary: ImportSummary, isSealed: boolean): string => {
  const unknown = summary.unknown.map((one) => ({ ...one, meaning: unknownReasons[one.reason] }));
  return safeJson({ ...summary, unknown, isSealed });
};

export function importText(summary: ImportSummary, isSealed: boolean): string {
  const { read, recognised, invocations, isEstimate, seconds, bytes, files } = summary;
  const rate = formatCount(read / Math.max(seconds, 0.001));
  const formats = Object.entries(summary.formats).map(([name, count]) => `${name} ${number(count)}`);
  return [
    ...namesLine('already imported', summary.alreadyImported, ' (--again reads it again)'),
    ...namesLine('continued', summary.continued, ''),
    `read        ${number(read)} records in ${number(files)} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s (${rate} records/s)`,
    ...(formats.length === 0 ? [] : [`formats     ${formats.join(', ')}`]),
    `recognised  ${number(recognised)}`,
    `merged      into ${isEstimate ? 'about ' : ''}${number(invocations)} ${invocations === 1 ? 'invocation' : 'invocations'}`,
    ...timesLine(summary),
    ...unknownLines(summary),
    ...summary.damaged.map(({ name, what }) => `${clean(name)} ${what}`),
    ...(summary.isStopped ? ['stopped: the same command goes on from here'] : []),
    ...(summary.isStopped || isSealed ? [] : ['rankings show it once the next command has sealed it']),
    '',
  ].join('\n');
}

const number = (count: number): string => grouped(String(count));

function namesLine(what: string, names: readonly string[], next: string): string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNames ? ` and ${number(names.length - mostNames)} more` : '';
  return [`${what}: ${names.slice(0, mostNames).map(clean).join(', ')}${more}${next}`];
}

function timesLine({ times }: ImportSummary): string[] {
  if (times === null) return [];
  const text = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return [`times       within ${text(times.sinceMs)} and ${text(times.untilMs)} UTC`];
}

function unknownLines({ unknown }: ImportSummary): string[] {
  if (unknown.length === 0) return [];
  const count = unknown.reduce((sum, one) => sum + one.count, 0);
  return [
    `unknown     ${number(count)}`,
    ...unknown.flatMap((one) => [
      `  ${number(one.count)} ${one.reason}: ${unknownReasons[one.reason]}`,
      ...one.examples.map((example) => `    ${clean(example).slice(0, mostCells)}`),
    ]),
  ];
}
