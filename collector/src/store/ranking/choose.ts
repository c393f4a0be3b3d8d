/**
 * Which functions a ranking shows, and in which order. Only what decides that is read of all of them; what else is to be
 * known is then asked of those that are shown (see facts.ts).
 */
import type { PriceBook } from '../../model/pricing/price-book.ts';
import type { RankingQuery, RankingSort } from '../../model/ranking.ts';
import type { Connection } from '../connection.ts';
import { nearestRank } from '../periods.ts';
import { knownUsd, type MoneyName, moneyByFunction } from './money.ts';
import { ratesOf } from './rates.ts';
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

/** Nobody told anything of those that were neither. */
const starts = 'sum(rolled.cold_starts) AS all_cold, sum(rolled.warm) AS all_warm';

const byMoney =
  (name: MoneyName): Statement =>
  ({ billed }, where) =>
    `
SELECT function_id, toString((${knownUsd(name)} AS key, all_invocations)) AS place
FROM ${moneyByFunction(billed(where), [name])}
ORDER BY key DESC NULLS LAST, all_invocations DESC, function_id
LIMIT {limit:UInt32}`;

const statements: Readonly<Record<RankingSort, Statement>> = {
  'cold-p99': byColdStarts(99),
  'cold-p50': byColdStarts(50),
  'cold-p90': byColdStarts(90),
  'cold-max': byColdStarts(100),
  'cold-ratio': bySums(starts, 'all_cold / nullIf(all_cold + all_warm, 0)'),
  'cold-starts': bySums(starts, 'if(all_cold + all_warm = 0, NULL, all_cold)'),
  errors: bySums('sum(rolled.errors) AS all_errors', 'all_errors'),
  invocations: bySums('1 AS any', 'all_invocations'),
  cost: byMoney('total_usd'),
  'cold-cost': byMoney('cold_usd'),
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
