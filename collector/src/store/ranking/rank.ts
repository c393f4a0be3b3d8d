/** The ranking: cold quantiles are exact (nearest rank: the ceil(p n)-th value), sums are those of whole invocations. */
import type { Page, RankedPlace } from '../../model/page.ts';
import { costOf } from '../../model/pricing/cost.ts';
import type { PriceBook } from '../../model/pricing/price-book.ts';
import type { Before, Cost, Latency, Phases, RankedFunction, Ranking, RankingPartQuery } from '../../model/ranking.ts';
import { type Starts, startsOf } from '../../model/start-kinds.ts';
import type { Connection } from '../connection.ts';
import { cutPage, reachOf } from '../cut-page.ts';
import { milliseconds, type Nanoseconds, wholeOf } from '../periods.ts';
import { functionIdentity, type SumName } from '../schema/005-sealed-periods.ts';
import { latestUploads } from '../uploads.ts';
import { billedSums } from './billed.ts';
import { type Chosen, chosenFunctions } from './choose.ts';
import { type ColdFacts, type Facts, factsOf, type Percent, type RolledFacts } from './facts.ts';
import { type Window, windowBefore, windowOf } from './source.ts';
import { totalsOf } from './totals.ts';
import { trendsOf } from './trend.ts';

/** @throws what the client throws. */
export async function rankFunctions(
  connection: Connection,
  query: RankingPartQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<Page<Ranking, RankedPlace>> {
  const window = await windowOf(connection, query, nowMs);
  const order = await chosenFunctions(connection, window, { ...query, limit: reachOf(query) }, prices);
  const { answer: shown, next } = cutPage(order, ({ function_id: id }) => id, query);
  const earlier = query.compare ? windowBefore(window, nowMs) : null;
  const filter = query.filter ?? '';
  const ask = (of: Window): Promise<Facts> => factsOf(connection, of, shown, filter);
  const windowMs = nowMs - window.sinceMs;
  const isPart = next !== null || query.from !== undefined;
  const [facts, before, trends, totals] = await Promise.all([
    ask(window),
    earlier && ask(earlier),
    query.trend ? trendsOf(connection, window, shown, filter, nowMs) : null,
    query.totals && isPart ? totalsOf(connection, window, filter, windowMs, prices) : null,
  ]);
  const uploadedOf = await latestUploads(connection, [...facts.rolled.values()]);
  const answer = {
    since: new Date(window.sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: prices.date,
    trend: trends?.steps ?? null,
    functions: inOrder(shown, facts).map((rolled) => {
      const id = rolled.function_id;
      const cold = facts.cold.get(id);
      return {
        ...rankedFunction(rolled, cold, windowMs, prices),
        uploaded: uploadedOf(rolled),
        before: earlier && beforeOf(before, id, cold, windowMsOf(earlier, window), prices),
        trend: trends?.of(id) ?? null,
      };
    }),
    totals,
  };
  return { answer, next };
}

/** As chosen; those of one place by their names. What was sealed anew between two questions may have gone. */
function inOrder(shown: readonly Chosen[], facts: Facts): RolledFacts[] {
  const places = [...Map.groupBy(shown, ({ place }) => place).values()];
  const known = (chosen: readonly Chosen[]): RolledFacts[] =>
    chosen.flatMap(({ function_id: id }) => facts.rolled.get(id) ?? []);
  return places.flatMap((chosen) => known(chosen).sort(byName));
}

const namesOf = (row: RolledFacts): string => functionIdentity.map((column) => row[column]).join('\0');
const byName = (a: RolledFacts, b: RolledFacts): number => (namesOf(a) < namesOf(b) ? -1 : 1);

/** It ends where the window begins. */
const windowMsOf = (earlier: Window, window: Window): number => window.sinceMs - earlier.sinceMs;

const costOfRolled = ({ provider, region, billed }: RolledFacts, windowMs: number, prices: PriceBook): Cost =>
  costOf({ provider, region, groups: billed.map(billedSums) }, windowMs, prices);

/** An interval of fewer has no 95 %. */
const fewestForInterval = 6;

function beforeOf(
  facts: Facts | null,
  id: string,
  now: ColdFacts | undefined,
  windowMs: number,
  prices: PriceBook,
): Before | null {
  const rolled = facts?.rolled.get(id);
  if (!facts || !rolled) return null;
  const then = facts.cold.get(id);
  const isKnown = [then, now].every((cold) => Number(cold?.latencies ?? 0) >= fewestForInterval);
  return {
    invocations: summed(rolled, 'invocations'),
    coldStarts: startsIn(rolled).coldStarts,
    coldP50Ms: milliseconds(then?.cold_p50_ns),
    coldP99Ms: milliseconds(then?.cold_p99_ns),
    monthlyUsd: costOfRolled(rolled, windowMs, prices).monthlyUsd,
    isColdChangeSure: isKnown && then && now ? isApart(then, now) : null,
  };
}

/** Over all products and architectures. */
const summed = ({ billed }: RolledFacts, name: SumName): number =>
  Number(wholeOf(billed.reduce((sum, row) => sum + BigInt(row[name]), 0n)));

const startsIn = (rolled: RolledFacts): Starts => startsOf(summed(rolled, 'cold_starts'), summed(rolled, 'warm'));

const isApart = (a: ColdFacts, b: ColdFacts): boolean =>
  Number(a.median_high_ns) < Number(b.median_low_ns) || Number(b.median_high_ns) < Number(a.median_low_ns);

function rankedFunction(
  rolled: RolledFacts,
  cold: ColdFacts | undefined,
  windowMs: number,
  prices: PriceBook,
): Omit<RankedFunction, 'before' | 'trend' | 'uploaded'> {
  const starts = startsIn(rolled);
  const isKnown = starts.coldStarts !== null;
  const cost = costOfRolled(rolled, windowMs, prices);
  return {
    provider: rolled.provider,
    account: rolled.account,
    region: rolled.region,
    name: rolled.function_name,
    version: rolled.version,
    runtime: rolled.runtime,
    arch: rolled.arch,
    memoryMb: rolled.memoryMb === 0 ? null : rolled.memoryMb,
    invocations: summed(rolled, 'invocations'),
    ...starts,
    coldBurst: isKnown ? rolled.coldBurst : null,
    coldAffected: isKnown ? summed(rolled, 'cold_affected') : null,
    errors: summed(rolled, 'errors'),
    cold: latency((percent) => cold?.[`cold_p${percent}_ns`]),
    warm: latency((percent) => rolled.warmNs[percent]),
    untold: latency((percent) => rolled.untoldNs[percent]),
    phases: phasesOf(cold),
    limits: { memoryUsedMb: rolled.memoryUsedMb, timeoutMs: rolled.timeoutMs },
    modules: { seen: rolled.modules[0], hint: rolled.modules[1] },
    cost: isKnown ? cost : { ...cost, coldUsd: null },
  };
}

export const phasesOf = (cold: ColdFacts | undefined): Phases => ({
  reportedInitMs: milliseconds(cold?.reported_init_mean_ns),
  platformMs: milliseconds(cold?.platform_mean_ns),
  runtimeStartMs: milliseconds(cold?.runtime_start_mean_ns),
  initMs: milliseconds(cold?.init_mean_ns),
  executionMs: milliseconds(cold?.execution_mean_ns),
  restoreMs: milliseconds(cold?.restore_mean_ns),
});

function latency(of: (percent: Percent) => Nanoseconds | undefined): Latency {
  return {
    p50Ms: milliseconds(of(50)),
    p90Ms: milliseconds(of(90)),
    p99Ms: milliseconds(of(99)),
    maxMs: milliseconds(of(100)),
  };
}
