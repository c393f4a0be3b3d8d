/**
 * Which functions a ranking shows, and in which order. Only what decides that is read of all of them; what else is to be
 * known is then asked of those that are shown (see facts.ts).
 */
import { type Architecture, architectures, gbSecondRate } from '../../model/pricing/aws-lambda.ts';
import type { PriceBook } from '../../model/pricing/price-book.ts';
import type { RankingQuery, RankingSort } from '../../model/ranking.ts';
import type { Connection } from '../connection.ts';
import { nearestRank } from '../periods.ts';
import { isAsked, type Source, type Window } from './source.ts';

/** A function that a ranking shows; those of the same place are put in order by their names, once these are known. */
export interface Chosen {
  function_id: string;
  place: string;
}

type Statement = (source: Source, where: string) => string;

const byColdStarts =
  (percent: number): Statement =>
  ({ coldStarts }, where) =>
    `
SELECT function_id, toString(${nearestRank([percent], 'assumeNotNull(latency_ns)')}[1] AS latency) AS place
FROM ${coldStarts(where)}
WHERE isNotNull(latency_ns)
GROUP BY function_id
ORDER BY latency DESC, function_id
LIMIT {limit:UInt32}`;

/** @param key of the sums that `columns` makes of each function */
const bySums =
  (columns: string, key: string): Statement =>
  ({ rolled }, where) =>
    `
SELECT function_id, toString((${key} AS key, all_invocations)) AS place
FROM (SELECT function_id, sum(rolled.invocations) AS all_invocations, ${columns} FROM ${rolled(where)} AS rolled GROUP BY function_id)
ORDER BY key DESC NULLS LAST, all_invocations DESC, function_id
LIMIT {limit:UInt32}`;

const sumOf = (name: string, arch: Architecture): string =>
  `sumIf(toFloat64(rolled.${name}), rolled.arch = '${arch}') AS ${arch}_${name}`;
const sumsOf = (...names: readonly string[]): string =>
  ['any(rolled.region) AS any_region', ...architectures.flatMap((arch) => names.map((name) => sumOf(name, arch)))].join(
    ', ',
  );

/** Rates are numbers here: they only decide about the order, in which what has no price comes last. */
const rate = (arch: Architecture): string =>
  `transform(any_region, {regions:Array(String)}, {${arch}_rates:Array(Float64)}, nan)`;
/** No price for an architecture is nothing to a function that does not have it; what was not metered has no cost. */
const priced = (term: (arch: Architecture) => string): string => `if(
  ${architectures.map((arch) => `${arch}_requests`).join(' + ')} = 0, NULL,
  ${architectures.map((arch) => `if(${arch}_requests = 0, 0., ${term(arch)})`).join(' + ')})`;

const statements: Readonly<Record<RankingSort, Statement>> = {
  'cold-p99': byColdStarts(99),
  'cold-p50': byColdStarts(50),
  'cold-p90': byColdStarts(90),
  'cold-max': byColdStarts(100),
  'cold-ratio': bySums('sum(rolled.cold_starts) AS all_cold', 'all_cold / all_invocations'),
  'cold-starts': bySums('sum(rolled.cold_starts) AS all_cold', 'all_cold'),
  errors: bySums('sum(rolled.errors) AS all_errors', 'all_errors'),
  invocations: bySums('1 AS any', 'all_invocations'),
  cost: bySums(
    sumsOf('requests', 'mb_ms'),
    priced((arch) => `${arch}_requests * 2e-7 + ${arch}_mb_ms / 1024000 * ${rate(arch)}`),
  ),
  'cold-cost': bySums(
    sumsOf('requests', 'cold_mb_ms', 'cold_mb', 'warm_billed_ms', 'warm_requests', 'cold_execution_mb_ms'),
    priced(
      (arch) => `greatest(0., ${arch}_cold_mb_ms - if(${arch}_warm_requests > 0,
        ${arch}_cold_mb * ${arch}_warm_billed_ms / ${arch}_warm_requests, ${arch}_cold_execution_mb_ms)) * ${rate(arch)}`,
    ),
  ),
};

/** Of functions without a cold start they know nothing. */
const ofColdStarts: readonly RankingSort[] = ['cold-p50', 'cold-p90', 'cold-p99', 'cold-max'];

/** Rates of every region that there are functions in; those of requests differ too little to change an order. */
async function ratesOf(connection: Connection, prices: PriceBook): Promise<Record<string, string[] | number[]>> {
  const rows = await connection.select<{ region: string }>(
    "SELECT DISTINCT region FROM function_days WHERE provider = 'aws'",
  );
  const regions = rows.map(({ region }) => region);
  const numbers = (arch: Architecture): number[] =>
    regions.map((region) => Number(gbSecondRate(region, arch, prices) ?? Number.NaN));
  return { regions, x86_64_rates: numbers('x86_64'), arm64_rates: numbers('arm64') };
}

/** In the order of the ranking, at most as many as asked for. @throws what the client throws */
export async function chosenFunctions(
  connection: Connection,
  { source, parameters }: Window,
  { sort, limit, filter = '' }: RankingQuery,
  prices: PriceBook,
): Promise<Chosen[]> {
  const rates = sort === 'cost' || sort === 'cold-cost' ? await ratesOf(connection, prices) : {};
  const ask = (by: RankingSort): Promise<Chosen[]> =>
    connection.select<Chosen>(statements[by](source, isAsked(filter)), { ...parameters, ...rates, filter, limit });
  const first = await ask(sort);
  if (!ofColdStarts.includes(sort) || first.length >= limit) return first;
  // Those without a cold start come behind, the busiest first.
  const known = new Set(first.map(({ function_id: id }) => id));
  const others = (await ask('invocations')).filter(({ function_id: id }) => !known.has(id));
  return [...first, ...others].slice(0, limit);
}
