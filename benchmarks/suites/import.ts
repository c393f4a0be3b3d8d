/**
 * How fast are logs read? Made-up logs of Lambda as long as wanted, through what `coldlens import` is made of: read only, and
 * from a file into the embedded ClickHouse, as a person does it. File and data lie on a disk for as long as that takes.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  fileInputs,
  type ImportSummary,
  type Input,
  importFiles,
  openStore,
  streamInput,
  Trouble,
} from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { type LogKind, type Logs, logs, packedLogs } from './import/logs.ts';
import { type Suite, type SuiteResult, table } from './suite.ts';

interface Case {
  name: string;
  kind: LogKind;
  isPacked?: true;
  /** From a file, and into a store. */
  isStored?: true;
  megabytes: number;
  wanted: { linesPerSecond?: number; invocationsPerSecond?: number };
}

interface Figures {
  name: string;
  megabytes: number;
  linesPerSecond: number;
  /** `null` where nothing is stored. */
  invocationsPerSecond: number | null;
  /** Until rankings show it. */
  sealSeconds: number | null;
  /** The most that the process had, ClickHouse not counted, and halfway. */
  rssMb: number;
  rssHalfwayMb: number;
  cpuUsPerLine: number;
}

/** Gigabytes of the file that is stored, whose memory is looked at. */
const sizeVariable = 'COLDLENS_IMPORT_GB';
const usualGigabytes = 0.5;
const mostGigabytes = 1_000;
/** Below, the second half is too short to tell growth from the garbage collector's noise. */
const leastForGrowthMb = 1_000;
/** Constant: what the second half adds is noise of the garbage collector. */
const mostGrowthMb = 60;

const gigabytes = (): number => {
  const value = process.env[sizeVariable] ?? String(usualGigabytes);
  const size = Number(value);
  if (size > 0 && size <= mostGigabytes) return size;
  throw new Trouble(
    `${sizeVariable} is ${JSON.stringify(value)}.`,
    `Give it gigabytes: more than 0, at most ${mostGigabytes}.`,
    2,
  );
};

const cases = (largeGb: number): readonly Case[] => [
  { name: 'REPORT lines', kind: 'report', megabytes: 1_000, wanted: { linesPerSecond: 1_000_000 } },
  { name: 'REPORT lines, gzip', kind: 'report', isPacked: true, megabytes: 300, wanted: { linesPerSecond: 300_000 } },
  { name: 'JSON lines', kind: 'json', megabytes: 300, wanted: { linesPerSecond: 300_000 } },
  { name: 'JSON lines, gzip', kind: 'json', isPacked: true, megabytes: 300, wanted: {} },
  {
    ...{ name: 'REPORT lines, from a file into the store', kind: 'report', isStored: true, megabytes: 1_000 * largeGb },
    wanted: { invocationsPerSecond: 100_000 },
  },
];

/** Where nothing is to be stored. */
const nowhere = (data: string): Parameters<typeof importFiles>[0]['store'] => ({
  insert: async () => undefined,
  knownFunctions: async () => [],
  bufferDirectory: join(data, 'buffer'),
  engine: { kind: 'embedded', url: '', version: '' },
});

const bytesPerMb = 1_000_000;
const mib = 1_048_576;

const measured = async (
  input: Input,
  lines: number,
  wantedBytes: number,
  store: Parameters<typeof importFiles>[0]['store'],
  withoutRows: boolean,
) => {
  let [rss, halfway] = [0, 0];
  const used = process.cpuUsage();
  const summary: ImportSummary = await importFiles({
    inputs: [input],
    ...{ store, withoutRows, place: { region: 'eu-central-1', functionName: 'checkout' } },
    progress: ({ bytesRead }) => {
      rss = Math.max(rss, process.memoryUsage.rss());
      if (bytesRead < wantedBytes / 2) halfway = rss;
    },
  });
  const { user, system } = process.cpuUsage(used);
  if (summary.recognised !== lines) {
    throw new Error(`${summary.recognised} of ${lines} lines were recognised: ${JSON.stringify(summary.unknown)}`);
  }
  return { summary, rss, halfway, cpuUs: user + system };
};

const fileOf = async ({ bytes }: Logs, path: string): Promise<Input> => {
  await pipeline(bytes, createWriteStream(path));
  const [input] = await fileInputs([path]);
  if (input === undefined) throw new Error(`${path} is no input`);
  return input;
};

const measureCase = async ({ name, kind, isPacked, isStored, megabytes }: Case): Promise<Figures> => {
  const data = await mkdtemp(join(tmpdir(), 'coldlens-import-'));
  const store = isStored ? await openStore({ data }) : undefined;
  try {
    const wantedBytes = megabytes * bytesPerMb;
    const made = await (isPacked ? packedLogs : logs)(kind, wantedBytes, Date.now());
    const input = isStored ? await fileOf(made, join(data, 'lambda.log')) : streamInput('made up', made.bytes);
    const { summary, rss, halfway, cpuUs } = await measured(
      ...([input, made.lines, wantedBytes, store ?? nowhere(data), !isStored] as const),
    );
    const sealMs = await store?.seal();
    return {
      ...{ name, megabytes, linesPerSecond: Math.round(made.lines / summary.seconds) },
      invocationsPerSecond: isStored ? Math.round(summary.invocations / summary.seconds) : null,
      sealSeconds: sealMs === undefined ? null : Math.round(sealMs / 100) / 10,
      ...{ rssMb: Math.round(rss / mib), rssHalfwayMb: Math.round(halfway / mib) },
      cpuUsPerLine: Math.round((100 * cpuUs) / made.lines) / 100,
    };
  } finally {
    await store?.close();
    await rm(data, { recursive: true, force: true });
  }
};

const failuresOf = ({ name, wanted }: Case, figures: Figures): string[] =>
  [
    figures.linesPerSecond < (wanted.linesPerSecond ?? 0) &&
      `${name}: ${figures.linesPerSecond} lines a second, less than ${wanted.linesPerSecond}`,
    (figures.invocationsPerSecond ?? 0) < (wanted.invocationsPerSecond ?? 0) &&
      `${name}: ${figures.invocationsPerSecond} invocations a second, less than ${wanted.invocationsPerSecond}`,
    figures.invocationsPerSecond !== null &&
      figures.megabytes >= leastForGrowthMb &&
      figures.rssMb > figures.rssHalfwayMb + mostGrowthMb &&
      `${name}: the process grew from ${figures.rssHalfwayMb} to ${figures.rssMb} MB in the second half`,
  ].filter((line) => line !== false);

const reportOf = (found: readonly Figures[]): string =>
  table(
    ['logs', 'MB', 'lines/s', 'invocations/s stored', 'sealed after s', 'RSS MB', 'halfway', 'CPU us a line'],
    found.map((one) => [
      ...[one.name, one.megabytes, one.linesPerSecond.toLocaleString('en')],
      ...[one.invocationsPerSecond?.toLocaleString('en') ?? '-', one.sealSeconds ?? '-'],
      ...[one.rssMb, one.rssHalfwayMb, one.cpuUsPerLine],
    ]),
  );

export const imports: Suite = {
  name: 'import',
  about: `logs read and stored: lines and invocations a second, memory; a minute (${sizeVariable}=10: memory on 10 GB, a quarter of an hour)`,
  run: async (progress): Promise<SuiteResult> => {
    const found: Figures[] = [];
    const failures: string[] = [];
    for (const one of cases(gigabytes())) {
      const figures = await measureCase(one);
      progress(JSON.stringify(figures));
      failures.push(...failuresOf(one, figures));
      found.push(figures);
    }
    return {
      figures: { suite: 'import', cases: found, runs: 1, machine: machine() },
      report: reportOf(found),
      failures,
    };
  },
};
