/** The runs in `bench_samples`, the latest first: of each function under one set of conditions, base against head. */
import type { BenchPlace, BenchQuery, BenchRun, BenchRuns, BenchSide } from '../model/bench-runs.ts';
import type { Page } from '../model/page.ts';
import type { Connection } from './connection.ts';
import { isAsked } from './ranking/source.ts';

/** What makes one run of one function; times of other conditions are not compared with it. */
const conditions = [
  ...(['run_id', 'function_name', 'fingerprint', 'platform', 'runtime', 'node'] as const),
  ...(['memory_mb', 'page_cache'] as const),
] as const;

const sides = ['base', 'head'] as const;
type Side = (typeof sides)[number];

/** Samples of a run that was stored again are folded later; sums of both would be of none. */
const samples = (where: string): string => `
    (SELECT *, toUnixTimestamp64Milli(measured_at) AS at_ms, lower(hex(sipHash128(${conditions.join(', ')}))) AS key
     FROM bench_samples FINAL
     WHERE day >= toDate(toDateTime({since_s:Int64}, 'UTC')) AND measured_at >= toDateTime64({since_s:Int64}, 3, 'UTC')
       AND measured_at < toDateTime64({until_s:Int64}, 3, 'UTC') AND ${where})`;

/** More samples of one side than anyone measures. */
const mostSamples = 10_000;
const figures = { cold: 'cold_ns', ready: 'ready_ns', cpu: 'cpu_ns', rss: 'rss_bytes' } as const;
type Figure = keyof typeof figures;

const ofSide = (side: Side): string =>
  [
    ...Object.entries(figures).map(
      ([name, column]) => `arraySort(groupArrayIf(${mostSamples})(${column}, side = '${side}')) AS ${side}_${name}`,
    ),
    ...['commit', 'ref'].map((name) => `anyIf(${name}, side = '${side}') AS ${side}_${name}`),
  ].join(', ');

const statement = (where: string): string => `
SELECT ${conditions.join(', ')}, key, max(at_ms) AS at, any(verdict) AS verdict_word, ${sides.map(ofSide).join(', ')}
FROM ${samples(where)} AS told
GROUP BY ${conditions.join(', ')}, key
HAVING (at, key) < ({before_ms:Int64}, {before_key:String})
ORDER BY at DESC, key DESC
LIMIT {limit:UInt32}`;

/** Each sorted, without what was not observable. */
type SideRow = Record<`${Side}_${Figure}`, string[]> & Record<`${Side}_${'commit' | 'ref'}`, string>;

interface Row extends SideRow {
  run_id: string;
  function_name: string;
  fingerprint: string;
  platform: string;
  runtime: string;
  node: string;
  memory_mb: number;
  page_cache: string;
  key: string;
  at: string;
  verdict_word: string | null;
}

/** Ends of the 95 % interval of the median, as in ranking/facts.ts. */
const medianRanks = (count: number): readonly [number, number] => {
  const reach = 0.98 * Math.sqrt(count);
  return [Math.floor(count / 2 - reach), Math.ceil(count / 2 + 1 + reach)];
};

const bytesPerMb = 1_048_576;
/** An interval of fewer has no 95 %. */
const fewestForInterval = 6;

const nsPerMs = 1e6;

/** @param sorted as the store has it @param rank from 1; what is outside is the first or the last */
const ranked = (sorted: readonly string[], rank: number, unit: number): number | null => {
  const value = sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
  return value === undefined ? null : Number(value) / unit;
};
const medianOf = (sorted: readonly string[], unit: number): number | null =>
  ranked(sorted, Math.ceil(sorted.length / 2), unit);

const sideOf = (row: Row, side: Side): BenchSide | null => {
  const cold = row[`${side}_cold`];
  const count = cold.length;
  if (count === 0) return null;
  const at = (rank: number): number => ranked(cold, rank, nsPerMs) ?? 0;
  const hasInterval = count >= fewestForInterval;
  const [low, high] = medianRanks(count);
  return {
    commit: row[`${side}_commit`],
    ref: row[`${side}_ref`],
    samples: count,
    coldP50Ms: at(Math.ceil(count / 2)),
    coldP90Ms: at(Math.ceil((count * 9) / 10)),
    coldMinMs: at(1),
    coldMaxMs: at(count),
    coldLowMs: hasInterval ? at(low) : null,
    coldHighMs: hasInterval ? at(high) : null,
    readyMs: medianOf(row[`${side}_ready`], nsPerMs),
    cpuMs: medianOf(row[`${side}_cpu`], nsPerMs),
    rssMb: medianOf(row[`${side}_rss`], bytesPerMb),
  };
};

const runOf = (row: Row): BenchRun => {
  const [base, head] = [sideOf(row, 'base'), sideOf(row, 'head')];
  const changeMs = base && head && head.coldP50Ms - base.coldP50Ms;
  return {
    runId: row.run_id,
    at: new Date(Number(row.at)).toISOString(),
    functionName: row.function_name,
    platform: row.platform,
    runtime: row.runtime,
    node: row.node,
    memoryMb: row.memory_mb === 0 ? null : row.memory_mb,
    pageCache: row.page_cache,
    fingerprint: row.fingerprint,
    verdict: row.verdict_word,
    base,
    head,
    changeMs,
    changeRatio: changeMs !== null && base && base.coldP50Ms > 0 ? changeMs / base.coldP50Ms : null,
  };
};

/** Later than any; see cold-start-list.ts. */
const fromTheLatest: BenchPlace = { atMs: Date.UTC(2200, 0), key: '' };

/** @throws what the client throws */
export async function benchRuns(
  connection: Connection,
  { sinceMs: windowMs, limit, filter = '', from: { atMs, key } = fromTheLatest }: BenchQuery,
  nowMs: number,
): Promise<Page<BenchRuns, BenchPlace>> {
  const sinceMs = nowMs - windowMs;
  const rows = await connection.select<Row>(statement(isAsked(filter)), {
    ...{ since_s: Math.floor(sinceMs / 1_000), until_s: Math.ceil(nowMs / 1_000) + 86_400 },
    ...{ before_ms: atMs, before_key: key },
    // One more tells whether there are more.
    limit: limit + 1,
    ...(filter !== '' && { filter }),
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const window = { since: new Date(sinceMs).toISOString(), until: new Date(nowMs).toISOString() };
  return {
    answer: { ...window, runs: rows.slice(0, limit).map(runOf) },
    next: last === undefined ? null : { atMs: Number(last.at), key: last.key },
  };
}
