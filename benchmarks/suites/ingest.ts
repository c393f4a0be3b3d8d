/**
 * What does one collector take? Spans of many senders, as fast as is promised (see ingest/cases.ts), and what an invocation costs of
 * time, processor, wire and disk (see ingest/curve.ts).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trouble } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { type Case, type CaseFigures, cases, measureCase, wantedEventLoopP99Ms, wantedRssMb } from './ingest/cases.ts';
import { measureShape, shapes } from './ingest/curve.ts';
import { type Suite, type SuiteResult, table } from './suite.ts';

/** Seconds that every case sends, for a short trial; then only loss is a failure. */
const trialVariable = 'COLDLENS_INGEST_SECONDS';

const trialSeconds = (): number | null => {
  const value = process.env[trialVariable];
  if (value === undefined) return null;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= 3_600) return seconds;
  throw new Trouble(`${trialVariable} is ${JSON.stringify(value)}.`, 'Give it seconds: more than 0, at most 3600.', 2);
};

const withDirectory = async <T>(task: (data: string) => Promise<T>): Promise<T> => {
  const data = await mkdtemp(join(tmpdir(), 'coldlens-ingest-'));
  try {
    return await task(data);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
};

const failuresOf = ({ name, wanted }: Case, figures: CaseFigures, isTrial: boolean): string[] => {
  const { lost, duplicated, spansPerSecond, ackedSpansPerSecond, eventLoopP99Ms, rssMb } = figures;
  const whole = [
    lost > 0 && `${name}: ${lost} acknowledged spans are lost`,
    duplicated > 0 && `${name}: ${duplicated} rows are there twice`,
  ];
  const short = (found: number, least: number | undefined, what: string) =>
    least !== undefined && found < least && `${name}: ${found} spans a second ${what}, less than ${least}`;
  const fast = [
    short(spansPerSecond, wanted.spansPerSecond, 'stored'),
    short(ackedSpansPerSecond, wanted.ackedSpansPerSecond, 'acknowledged'),
    eventLoopP99Ms >= wantedEventLoopP99Ms && `${name}: the event loop is ${eventLoopP99Ms} ms late (p99)`,
    rssMb >= wantedRssMb && `${name}: the collector has ${rssMb} MB`,
  ];
  return [...whole, ...(isTrial ? [] : fast)].filter((line) => line !== false);
};

const caseTable = (found: readonly CaseFigures[]): string =>
  table(
    [
      ...['bodies', 'stored spans/s', 'acknowledged spans/s', 'drained after s', 'ack ms p50 (p99)'],
      ...['event loop ms p99', 'RSS MB', 'us a span: receive + decode + buffer', 'ClickHouse', 'lost'],
    ],
    found.map(({ cpuUsPerSpan: { receive, decode, buffer, insert }, ...figures }) => [
      ...[figures.name, figures.spansPerSecond, figures.ackedSpansPerSecond, figures.drainSeconds],
      `${figures.ackP50Ms} (${figures.ackP99Ms})`,
      ...[figures.eventLoopP99Ms, figures.rssMb, `${receive} + ${decode} + ${buffer}`, insert ?? '-', figures.lost],
    ]),
  );

type Shape = Awaited<ReturnType<typeof measureShape>>;

const shapeTable = (curve: readonly Shape[]): string =>
  table(
    ['figure', ...shapes.map(({ invocationsPerRequest }) => `${invocationsPerRequest} a request`)],
    (Object.keys(curve[0] ?? {}) as (keyof Shape)[]).map((name) => [name, ...curve.map((one) => one[name] ?? '-')]),
  );

export const ingest: Suite = {
  name: 'ingest',
  about: `what one collector takes: spans a second, processor time, bytes; seven minutes (${trialVariable}=5: one)`,
  run: async (progress): Promise<SuiteResult> => {
    const seconds = trialSeconds();
    const found: CaseFigures[] = [];
    const failures: string[] = [];
    for (const one of cases) {
      const planned = { ...one, seconds: seconds ?? one.seconds };
      const figures = await withDirectory((data) => measureCase(data, planned, progress));
      progress(JSON.stringify(figures));
      failures.push(...failuresOf(planned, figures, seconds !== null));
      found.push(figures);
    }
    const curve: Shape[] = [];
    for (const shape of shapes) curve.push(await withDirectory((data) => measureShape(data, shape, progress)));
    return {
      figures: { suite: 'ingest', cases: found, curve, runs: 1, machine: machine() },
      report: `${caseTable(found)}\n\n${shapeTable(curve)}`,
      failures,
    };
  },
};
