/**
 * Which functions a ranking shows, and in which order. Only what decides that is read of all of them; what else is to be
 * known is then asked of those that are shown (see facts.ts).
 */
import type { PriceBook } from '../../model/pricing/price-book.ts';
import type { RankingQuery, RankingSort } from '../../model/ranking.ts';
import type { Connection } from '../connection.ts';
import { nearestRank } from '../periods.ts';
import type { SumName } from '../schema/005-sealed-periods.ts';
import { isUnpriced, ratedAs, ratesOf, usdOf } from './rates.ts';
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

/** What decides about money, of a function's invocations that are billed alike: they have their own rates. */
const byMoney =
  (columns: string, usd: string): Statement =>
  ({ billed }, where) =>
    `
SELECT function_id, toString((if(all_metered = 0 OR isNaN(all_usd), NULL, all_usd) AS key, all_invocations)) AS place
FROM (
  SELECT function_id, sum(invocations) AS all_invocations, sum(metered) AS all_metered,
    sum(if(${isUnpriced} AND invocations > 0, nan, if(metered = 0, 0., ${usd}))) AS all_usd
  FROM (
    SELECT *, ${ratedAs} FROM (
    SELECT function_id, product, arch, any(rolled.provider) AS provider, any(rolled.region) AS region,
      sum(rolled.invocations) AS invocations, sum(rolled.requests) AS metered, ${columns}
    FROM ${billed(where)} AS rolled GROUP BY function_id, product, arch))
  GROUP BY function_id)
ORDER BY key DESC NULLS LAST, all_invocations DESC, function_id
LIMIT {limit:UInt32}`;

const floats = (...names: readonly SumName[]): string =>
  names.map((name) => `sum(toFloat64(rolled.${name})) AS ${name}`).join(', ');

/** As `coldSurplus` has it. */
const surplus = (amount: string, size: string, execution: string): string =>
  `greatest(0., ${amount} - if(warm_requests > 0, ${size} * warm_billed_ms / warm_requests, ${execution}))`;

const statements: Readonly<Record<RankingSort, Statement>> = {
  'cold-p99': byColdStarts(99),
  'cold-p50': byColdStarts(50),
  'cold-p90': byColdStarts(90),
  'cold-max': byColdStarts(100),
  'cold-ratio': bySums('sum(rolled.cold_starts) AS all_cold', 'all_cold / all_invocations'),
  'cold-starts': bySums('sum(rolled.cold_starts) AS all_cold', 'all_cold'),
  errors: bySums('sum(rolled.errors) AS all_errors', 'all_errors'),
  invocations: bySums('1 AS any', 'all_invocations'),
  cost: byMoney(
    floats('mb_ms', 'cpu_ms'),
    [usdOf('request', 'metered'), usdOf('memory', 'mb_ms'), usdOf('cpu', 'cpu_ms')].join(' + '),
  ),
  'cold-cost': byMoney(
    floats(
      ...([
        'cold_mb_ms',
        'cold_cpu_ms',
        'cold_mb',
        'cold_cpu',
        'cold_execution_mb_ms',
        'cold_execution_cpu_ms',
      ] as const),
      ...(['warm_requests', 'warm_billed_ms'] as const),
    ),
    [
      // Cold starts that add nothing are free only where there is a price.
      'if(metered > 0 AND rated_as = 0, nan, 0.)',
      usdOf('memory', surplus('cold_mb_ms', 'cold_mb', 'cold_execution_mb_ms')),
      usdOf('cpu', surplus('cold_cpu_ms', 'cold_cpu', 'cold_execution_cpu_ms')),
    ].join(' + '),
  ),
};

/** Of functions without a cold start they know nothing. */
const ofColdStarts: readonly RankingSort[] = ['cold-p50', 'cold-p90', 'cold-p99', 'cold-max'];

/** In the order of the ranking, at most as many as asked for. @throws what the client throws */
export async function chosenFunctions(
  connection: Connection,
  { source, parameters }: Window,
  { sort, limit, filter = '' }: RankingQuery,
  prices: PriceBook,
): Promise<Chosen[]> {
  const rates = sort === 'cost' || sort === 'cold-cost' ? ratesOf(prices) : {};
  const ask = (by: RankingSort): Promise<Chosen[]> =>
    connection.select<Chosen>(statements[by](source, isAsked(filter)), { ...parameters, ...rates, filter, limit });
  const first = await ask(sort);
  if (!ofColdStarts.includes(sort) || first.length >= limit) return first;
  // Those without a cold start come behind, the busiest first.
  const known = new Set(first.map(({ function_id: id }) => id));
  const others = (await ask('invocations')).filter(({ function_id: id }) => !known.has(id));
  return [...first, ...others].slice(0, limit);
}
