/**
 * Does a ranking stay instant? Invocations of 10,000 functions over 30 days, 3 % of them cold, are made inside the embedded
 * ClickHouse, sealed as the collector seals them, and asked what people ask: at a million, at ten and at a hundred.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCode, openStore, type Store, Trouble } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { quantile } from '../src/statistics.ts';
import { engineUrl } from './rank/engine.ts';
import { generateDay } from './rank/generate.ts';
import { sizesOf } from './rank/sizes.ts';
import { type Suite, type SuiteResult, table, tenths } from './suite.ts';

const functions = 10_000;
const days = 30;
const dayMs = 86_400_000;
const runs = 15;

const sizes: Readonly<Record<string, readonly number[]>> = {
  full: [1_000_000, 10_000_000, 100_000_000],
  medium: [1_000_000, 10_000_000],
  small: [20_000, 100_000],
};
/** Chosen by this variable of the environment. */
const sizeVariable = 'COLDLENS_RANK_SIZE';
/** A directory of this variable keeps what is made, by size: another run the same day asks it again. Absent = it goes. */
const keepVariable = 'COLDLENS_RANK_KEEP';

/** Milliseconds at the median, by the name of the query. */
const targets: Readonly<Record<string, number>> = { 'rank-24h': 50, 'rank-30d': 150, function: 100, invocation: 30 };
const targetBytes = 35;

export interface QueryTime {
  name: string;
  p50Ms: number;
  p99Ms: number;
}

interface Step {
  invocations: number;
  coldStarts: number;
  loadSeconds: number;
  sealSeconds: number;
  bytesPerInvocation: number;
  bytesPerColdStart: number;
  queries: QueryTime[];
}

const timed = async (name: string, ask: (run: number) => Promise<unknown>): Promise<QueryTime> => {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const beganMs = performance.now();
    if ((await ask(run)) === null) throw new Error(`${name} found nothing`);
    times.push(performance.now() - beganMs);
  }
  return { name, p50Ms: tenths(quantile(times, 0.5)), p99Ms: tenths(quantile(times, 0.99)) };
};

/** What people ask, each time of other functions where that makes a difference. */
const measureQueries = async (store: Store): Promise<QueryTime[]> => {
  const rank = (sinceMs: number) =>
    timed(`rank-${sinceMs === dayMs ? '24h' : `${sinceMs / dayMs}d`}`, () =>
      store.ranking({ sinceMs, sort: 'cold-p99', limit: 100 }),
    );
  const { functions: ranked } = await store.ranking({ sinceMs: days * dayMs, sort: 'invocations', limit: 2 * runs });
  const links = await Promise.all(
    ranked.map(async ({ provider, account, region, name }) => {
      const identity = { provider, account, region, name };
      const page = await store.functionPage({ ...identity, sinceMs: days * dayMs });
      const [cold] = page?.recentColdStarts ?? [];
      return { identity, cold };
    }),
  );
  const withCold = links.flatMap(({ identity, cold }) => (cold ? [{ identity, cold }] : []));
  const at = (run: number) => withCold[run % withCold.length] as (typeof withCold)[number];
  return [
    await rank(dayMs),
    await rank(days * dayMs),
    await timed('function', (run) => store.functionPage({ ...at(run).identity, sinceMs: days * dayMs })),
    await timed('modules', () => store.packages({ sinceMs: days * dayMs, limit: 100 })),
    await timed('invocation', (run) => {
      const { identity, cold } = at(run);
      return store.invocationPage({
        ...identity,
        invocationId: cold.invocationId,
        atMs: Date.parse(cold.at),
      });
    }),
  ];
};

const generate = async (data: string, invocations: number, progress: (line: string) => void): Promise<number> => {
  const store = await openStore({ data });
  try {
    const today = Math.floor(Date.now() / dayMs);
    const beganMs = performance.now();
    for (let day = 0; day < days; day += 1) {
      const beginMs = (today - days + 1 + day) * dayMs;
      const endMs = Math.min(beginMs + dayMs, Date.now() - 1_000);
      const url = await engineUrl(data);
      await generateDay(url, { beginMs, endMs, invocations: Math.round(invocations / days), functions });
      const seconds = Math.round((performance.now() - beganMs) / 1_000);
      progress(`${invocations} invocations: day ${day + 1} of ${days} after ${seconds} s`);
    }
    return performance.now() - beganMs;
  } finally {
    await store.close();
  }
};

/** What making the data took. */
interface Made {
  loadMs: number;
  sealMs: number;
}

const make = async (data: string, invocations: number, progress: (line: string) => void): Promise<Made> => {
  const loadMs = await generate(data, invocations, progress);
  // Whoever opens the data finds all of it unsealed, as after a process that died.
  const store = await openStore({ data });
  try {
    const sealMs = await store.seal();
    progress(`${invocations} invocations: sealed in ${Math.round(sealMs / 1_000)} s`);
    return { loadMs, sealMs };
  } finally {
    await store.close();
  }
};

/** Made before, or made and kept. A run that was cut off has left no note, and begins anew. */
const kept = async (data: string, invocations: number, progress: (line: string) => void): Promise<Made> => {
  const note = join(data, 'made.json');
  const before = await readFile(note, 'utf8').catch(() => null);
  if (before !== null) return JSON.parse(before) as Made;
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const made = await make(data, invocations, progress);
  await writeFile(note, JSON.stringify(made));
  return made;
};

const measureSize = async (invocations: number, progress: (line: string) => void): Promise<Step> => {
  const keepIn = process.env[keepVariable];
  const data = keepIn ? join(keepIn, String(invocations)) : await mkdtemp(join(tmpdir(), 'coldlens-rank-'));
  try {
    const { loadMs, sealMs } = await (keepIn ? kept : make)(data, invocations, progress);
    const store = await openStore({ data });
    try {
      const { rows, bytes, coldStarts, coldBytes } = await sizesOf(await engineUrl(data));
      return {
        invocations: rows,
        coldStarts,
        loadSeconds: tenths(loadMs / 1_000),
        sealSeconds: tenths(sealMs / 1_000),
        bytesPerInvocation: tenths(bytes / rows),
        bytesPerColdStart: tenths(coldBytes / coldStarts),
        queries: await measureQueries(store),
      };
    } finally {
      await store.close();
    }
  } finally {
    if (!keepIn) await rm(data, { recursive: true, force: true });
  }
};

const failuresOf = ({ bytesPerInvocation, queries }: Step): string[] => [
  ...(bytesPerInvocation > targetBytes
    ? [`an invocation takes ${bytesPerInvocation} bytes, more than ${targetBytes}`]
    : []),
  ...queries
    .filter(({ name, p50Ms }) => p50Ms > (targets[name] ?? Number.POSITIVE_INFINITY))
    .map(({ name, p50Ms }) => `${name} takes ${p50Ms} ms, more than ${targets[name]}`),
];

const reportOf = (steps: readonly Step[]): string => {
  const names = steps[0]?.queries.map(({ name }) => name) ?? [];
  return table(
    [
      'invocations',
      'cold starts',
      ...names.map((name) => `${name} ms (p99)`),
      'bytes each',
      'bytes a cold start',
      'load s',
      'seal s',
    ],
    steps.map((step) => [
      step.invocations.toLocaleString('en'),
      step.coldStarts.toLocaleString('en'),
      ...step.queries.map(({ p50Ms, p99Ms }) => `${p50Ms} (${p99Ms})`),
      step.bytesPerInvocation,
      step.bytesPerColdStart,
      step.loadSeconds,
      step.sealSeconds,
    ]),
  );
};

export const rank: Suite = {
  name: 'rank',
  about: `rankings and pages at 1, 10 and 100 million invocations, about half an hour (${sizeVariable}=medium: to 10 million, 5 minutes; small: a trial)`,
  run: async (progress): Promise<SuiteResult> => {
    const name = process.env[sizeVariable] ?? 'full';
    const wanted = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
    if (!wanted) {
      const next = `Choose one of: ${Object.keys(sizes).join(', ')}.`;
      throw new Trouble(`${sizeVariable} has the unknown value ${JSON.stringify(name)}.`, next, exitCode.usage);
    }
    const steps: Step[] = [];
    for (const invocations of wanted) steps.push(await measureSize(invocations, progress));
    const last = steps.at(-1) as Step;
    return {
      figures: { suite: 'rank', functions, days, ...last, curve: steps, runs, machine: machine() },
      report: reportOf(steps),
      failures: name === 'full' ? failuresOf(last) : [],
    };
  },
};
