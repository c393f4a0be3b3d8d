/**
 * The module tree of one function, from the spans of its latest cold starts that told theirs. Spans are kept for days, cold starts for
 * months: where the trees have gone, the answer says that there are none.
 */
import { moduleAttribute } from '@coldlens/agent/vocabulary';
import { mergeModules, type ToldModule } from '../model/merged-modules.ts';
import type { ModuleQuery, ModuleTree } from '../model/module-tree.ts';
import { type Architecture, architectures } from '../model/pricing/aws-lambda.ts';
import { Decimal } from '../model/pricing/decimal.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import { perMonth } from '../model/pricing/units.ts';
import { identityOf, isIt } from './cold-start-list.ts';
import type { Connection } from './connection.ts';
import { initUsd } from './init-price.ts';
import {
  coldStartRows,
  hourMs,
  milliseconds,
  type Nanoseconds,
  rolledRows,
  type SealedWindow,
  sealedWindow,
} from './periods.ts';

/** Of so many of the latest cold starts it is looked whether they told a tree; of sampled ones few do. */
const mostLookedAt = 300;
/** A tree has 401 spans at most; others are cut. */
const mostSpansPerTree = 500;
/** Longer ones are none of the agent's. */
const longestAttributes = 16_384;
const longestName = 300;

const known = (window: SealedWindow): string => `
SELECT argMax(modules_seen, latest_at) AS seen, argMaxIf(modules_hint, latest_at, isNotNull(modules_seen)) AS hint, count() AS periods
FROM ${rolledRows(window, 'modules_seen, modules_hint, latest_at', isIt)} AS rolled`;

const all = (window: SealedWindow): string => `
SELECT count() AS cold_starts, ${architectures.map((arch) => `sumIf(memory_mb, arch = '${arch}') AS ${arch}_mb`).join(', ')}
FROM ${coldStartRows(window, isIt)} AS colds`;

const latest = (window: SealedWindow): string => `
SELECT toUnixTimestamp64Milli(colds.at) AS at_ms, trace_id AS trace, function_version AS version, init_ns
FROM ${coldStartRows(window, isIt)} AS colds
WHERE isNotNull(trace_id)
ORDER BY colds.at DESC
LIMIT ${mostLookedAt}`;

const isOfATree = `
  day >= toDate(toDateTime({from_s:Int64}, 'UTC')) AND day <= toDate(toDateTime({to_s:Int64}, 'UTC'))
  AND started_at >= toDateTime64({from_s:Int64}, 9, 'UTC') AND started_at < toDateTime64({to_s:Int64}, 9, 'UTC')
  AND function_name = {function_name:String} AND trace_id IN {traces:Array(String)}
  AND phase = '' AND position(attributes, '"${moduleAttribute.selfMs}":') > 0`;

const whichTold = `SELECT DISTINCT trace_id AS trace FROM spans WHERE ${isOfATree}`;

const spans = `
SELECT trace_id AS trace, span_id, any(parent_span_id) AS parent, any(name) AS span_name, any(attributes) AS attributes_json
FROM spans WHERE ${isOfATree} AND length(attributes) <= ${longestAttributes}
GROUP BY trace_id, span_id
ORDER BY trace_id, span_id
LIMIT ${mostSpansPerTree} BY trace_id`;

interface KnownRow {
  seen: string | null;
  hint: string | null;
  periods: string;
}

interface AllRow extends Record<`${Architecture}_mb`, string> {
  cold_starts: string;
}

interface ColdRow {
  at_ms: string;
  trace: string;
  version: string;
  init_ns: Nanoseconds;
}

interface SpanRow {
  trace: string;
  span_id: string;
  parent: string;
  span_name: string;
  attributes_json: string;
}

const attributesOf = (json: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, longestName) : '');
/** None is negative, and none longer than a day or larger than a disk. */
const figureOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.min(value, 1e12) : 0);
const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

const toldOf = (row: SpanRow): ToldModule => {
  const told = attributesOf(row.attributes_json);
  const of = told[moduleAttribute.package];
  const count = told[moduleAttribute.count];
  return {
    spanId: row.span_id,
    parentSpanId: row.parent,
    name: textOf(told[moduleAttribute.name]) || row.span_name.slice(0, longestName),
    package: typeof of === 'string' ? textOf(of) : null,
    packageVersion: textOf(told[moduleAttribute.packageVersion]),
    format: textOf(told[moduleAttribute.format]),
    selfMs: figureOf(told[moduleAttribute.selfMs]) + figureOf(told[moduleAttribute.resolveMs]),
    totalMs: figureOf(told[moduleAttribute.totalMs]),
    bytes: figureOf(told[moduleAttribute.bytes]),
    count: count === undefined ? null : Math.max(1, figureOf(count)),
    isUsed: booleanOf(told[moduleAttribute.used]),
    importedBy: textOf(told[moduleAttribute.importedBy]),
    isAwaiting: told[moduleAttribute.topLevelAwait] === true,
    isCircular: told[moduleAttribute.circular] === true,
    hasFailed: told[moduleAttribute.failed] === true,
  };
};

interface Told {
  colds: readonly ColdRow[];
  trees: ToldModule[][];
}

/** The latest cold starts that told a tree, of one version: trees of two would not be one. */
const toldTrees = async (
  connection: Connection,
  colds: readonly ColdRow[],
  name: string,
  most: number,
): Promise<Told> => {
  const times = colds.map(({ at_ms: ms }) => Number(ms));
  if (times.length === 0) return { colds: [], trees: [] };
  const around = {
    from_s: Math.floor((Math.min(...times) - hourMs) / 1_000),
    to_s: Math.ceil((Math.max(...times) + hourMs) / 1_000),
    function_name: name,
  };
  const of = (rows: readonly ColdRow[]): Record<string, string | number | string[]> => ({
    ...around,
    traces: rows.map(({ trace }) => trace),
  });
  const rows = await connection.select<Pick<SpanRow, 'trace'>>(whichTold, of(colds));
  const told = new Set(rows.map(({ trace }) => trace));
  const telling = colds.filter(({ trace }) => told.has(trace));
  const chosen = telling.filter(({ version }) => version === telling[0]?.version).slice(0, most);
  if (chosen.length === 0) return { colds: [], trees: [] };
  const byTrace = Map.groupBy(await connection.select<SpanRow>(spans, of(chosen)), ({ trace }) => trace);
  const whole = chosen.filter(({ trace }) => byTrace.has(trace));
  return { colds: whole, trees: whole.map(({ trace }) => (byTrace.get(trace) ?? []).map(toldOf)) };
};

const isoOf = (row: ColdRow | undefined): string | null =>
  row === undefined ? null : new Date(Number(row.at_ms)).toISOString();

const initMsOf = (colds: readonly ColdRow[]): number | null => {
  const told = colds.map(({ init_ns: ns }) => milliseconds(ns)).filter((ms) => ms !== null);
  return told.length === 0 ? null : told.reduce((sum, ms) => sum + ms, 0) / told.length;
};

/**
 * @returns `null` when the window has no invocation of such a function
 * @throws what the client throws
 */
export async function moduleTree(
  connection: Connection,
  { sinceMs: windowMs, trees: most, ...identity }: ModuleQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<ModuleTree | null> {
  const window = sealedWindow(windowMs, nowMs);
  const { sinceMs } = window;
  const parameters = { ...identityOf(identity), ...window.parameters };
  const [[seen], [sums], candidates] = await Promise.all([
    connection.select<KnownRow>(known(window), parameters),
    connection.select<AllRow>(all(window), parameters),
    connection.select<ColdRow>(latest(window), parameters),
  ]);
  if (seen === undefined || sums === undefined || seen.periods === '0') return null;
  const { colds, trees } = await toldTrees(connection, candidates, identity.name, most);
  // Of one millisecond in each cold start of the window.
  const usd = initUsd(identity, (arch) => Number(sums[`${arch}_mb`]), prices);
  const usdPerMs = usd === null ? null : perMonth(new Decimal(usd), nowMs - sinceMs).toNumber();
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: prices.date,
    version: colds[0]?.version ?? '',
    trees: trees.length,
    latestAt: isoOf(colds[0]),
    earliestAt: isoOf(colds.at(-1)),
    coldStarts: Number(sums.cold_starts),
    initMs: initMsOf(colds),
    seen: seen.seen,
    hint: seen.hint,
    ...mergeModules(trees, usdPerMs),
  };
}
