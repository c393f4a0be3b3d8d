/** Made-up logs of Lambda's instances, of every kind of start, as text and as JSON. */
import type { Random } from '../../../fuzz/random.ts';
import { iso } from './aws-support.ts';

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => random.whole(16).toString(16)).join('');
export const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((digits) => hex(random, digits)).join('-');

/** What stands between the other lines of an invocation that failed. */
const failures: readonly ((id: string, at: string) => string)[] = [
  (id, at) => `${at} ${id} Task timed out after 3.00 seconds\n`,
  (id) => `RequestId: ${id} Error: Runtime exited with error: exit status 1\nRuntime.ExitError`,
];

/** The log of one instance, each line as `sam logs` prints it. */
export const streamLog = (random: Random, fromMs: number): string[] => {
  const version = random.one(['$LATEST', '7', '41']);
  const stream = `2026/11/22/[${version}]${hex(random, 32)}`;
  let atMs = fromMs;
  const line = (afterMs: number, text: string): string => {
    atMs += afterMs;
    return `${stream} ${iso(atMs).replace('Z', '000')} ${text}`;
  };
  const json = (afterMs: number, type: string, record: object): string => {
    atMs += afterMs;
    return `${stream} ${iso(atMs).replace('Z', '000')} ${JSON.stringify({ time: iso(atMs), type, record })}`;
  };
  const isJson = random.chance(0.3);
  const initMs = 1 + random.whole(90_000) / 100;
  const kind = random.one(['init', 'init', 'restore', 'failed', 'unknown'] as const);
  const lines = [
    isJson
      ? json(0, 'platform.initStart', { initializationType: 'on-demand', phase: 'init', runtimeVersion: 'ruby:3.4.v1' })
      : line(0, 'INIT_START Runtime Version: ruby:3.4.v1\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:1'),
  ];
  if (kind === 'failed')
    lines.push(
      line(200, 'INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError'),
    );
  for (let count = 1 + random.whole(6); count > 0; count -= 1) {
    const id = uuid(random);
    const durationMs = random.whole(300_000) / 100;
    const isFirst = lines.length <= 2;
    if (isJson) {
      const metrics = { durationMs, billedDurationMs: Math.ceil(durationMs), memorySizeMB: 128, maxMemoryUsedMB: 90 };
      lines.push(json(20, 'platform.start', { requestId: id, version }));
      lines.push(json(Math.ceil(durationMs), 'platform.runtimeDone', { requestId: id, status: 'success' }));
      const told = isFirst && kind === 'init' ? { ...metrics, initDurationMs: initMs } : metrics;
      lines.push(json(1, 'platform.report', { requestId: id, status: 'success', metrics: told }));
      continue;
    }
    lines.push(line(20, `START RequestId: ${id} Version: ${version}`));
    if (random.chance(0.3)) lines.push(line(0, `hello ${random.one(['REPORT', '{"a":1}', '', 'START RequestId'])}`));
    const failure = random.one([...failures, ...Array.from({ length: 6 }, () => undefined)]);
    if (failure !== undefined) lines.push(line(0, failure(id, iso(atMs))));
    lines.push(line(Math.ceil(durationMs), `END RequestId: ${id}`));
    const extra = isFirst
      ? { init: `Init Duration: ${initMs} ms\t`, restore: `Restore Duration: ${initMs} ms\t` }[kind as string]
      : '';
    lines.push(
      line(
        0,
        `REPORT RequestId: ${id}\tDuration: ${durationMs} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t${extra ?? ''}`,
      ),
    );
  }
  return lines;
};

/** Lines of {@link streamLog} as Insights exports them. The column that comes last may be any. */
export const csvOf = (random: Random, lines: readonly string[]): string[] => {
  const columns = [
    ...random.one([csvColumns, csvColumns.toReversed(), [...csvColumns.slice(1), ...csvColumns.slice(0, 1)]]),
  ];
  const isQuoted = random.chance(0.5);
  const cell = (text: string): string => (isQuoted || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = lines.map((line) => {
    const [, stream = '', time = '', message = ''] = /^(\S+) (\S+) (.*)$/s.exec(line) ?? [];
    const cells: Readonly<Record<string, string>> = {
      '@timestamp': time.slice(0, 23).replace('T', ' '),
      '@message': `${message}\n`,
      '@logStream': stream,
      '@log': '123456789012:/aws/lambda/shop',
    };
    return columns.map((name) => cell(cells[name] ?? '')).join(',');
  });
  return [columns.join(','), ...rows];
};
const csvColumns = ['@timestamp', '@message', '@logStream', '@log'] as const;

/** Streams in any order among each other, each in its own. */
export const interleaved = (random: Random, streams: readonly (readonly string[])[]): string[] => {
  const left = streams.map((lines) => [...lines]).filter(({ length }) => length > 0);
  const lines: string[] = [];
  while (left.length > 0) {
    const at = random.whole(left.length);
    const [next] = left[at]?.splice(0, 1) ?? [];
    if (next !== undefined) lines.push(next);
    if (left[at]?.length === 0) left.splice(at, 1);
  }
  return lines;
};
