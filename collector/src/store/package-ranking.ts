/**
 * Packages by dollars a month. Module trees are told by some cold starts; what they show is held to all cold starts of the same
 * functions: the mean time of a package in a function's trees, times the function's cold starts, times memory and rate.
 */
import type { PackageQuery, PackageRanking, RankedPackage } from '../model/package-ranking.ts';
import type { Page, RankedPlace } from '../model/page.ts';
import { type Architecture, architectures } from '../model/pricing/aws-lambda.ts';
import { Decimal } from '../model/pricing/decimal.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import { perMonth } from '../model/pricing/units.ts';
import { identityOf, isIt } from './cold-start-list.ts';
import type { Connection } from './connection.ts';
import { cutPage } from './cut-page.ts';
import { initUsd } from './init-price.ts';
import { coldStartRows, type SealedWindow, sealedWindow } from './periods.ts';

/** A cold start's rows all lie in the day on which it was seen, so days are folded one by one, and folded ones not at all. */
const told = (where: string): string => `
    (SELECT * FROM package_costs FINAL
     WHERE day >= toDate(toDateTime({since_s:Int64}, 'UTC')) AND seen_at >= toDateTime64({since_s:Int64}, 3, 'UTC') AND ${where}
     SETTINGS do_not_merge_across_partitions_select_final = 1)`;

/** One row a package and region, which has prices of its own. @param where on the function's id alone */
const statement = (window: SealedWindow, where: string): string => `
WITH
  costs AS (
    SELECT function_id, package_name, any(told.provider) AS provider, any(told.region) AS region,
      groupUniqArray(10)(package_version) AS versions, count() AS observed,
      sum(total_ns) AS total, sum(self_ns) AS self, sum(told.modules) AS modules, sum(told.bytes) AS bytes,
      argMax(imported_by, seen_at) AS imported, max(is_used) AS used
    FROM ${told(where)} AS told GROUP BY function_id, package_name),
  trees AS (SELECT function_id, uniqExact(invocation_key) AS trees FROM ${told(where)} GROUP BY function_id),
  colds AS (
    SELECT function_id, count() AS colds, ${architectures.map((arch) => `sumIf(memory_mb, arch = '${arch}') AS ${arch}_mb`).join(', ')}
    FROM ${coldStartRows(window, where)} GROUP BY function_id)
SELECT package_name, provider, region,
  arrayDistinct(arrayFlatten(groupArray(costs.versions))) AS versions,
  uniqExact(function_id) AS functions,
  sum(costs.observed) AS observed, sum(costs.total) AS total, sum(costs.self) AS self,
  sum(costs.modules) AS modules, sum(costs.bytes) AS bytes,
  argMax(costs.imported, costs.total) AS imported, max(costs.used) AS used,
  sum(colds.colds * costs.observed / trees.trees) AS cold_starts,
  sum(toFloat64(costs.total) / trees.trees * colds.colds) AS cold_ns,
  ${architectures.map((arch) => `sum(toFloat64(costs.total) / trees.trees * colds.${arch}_mb) AS ${arch}_mb_ns`).join(', ')}
FROM costs INNER JOIN trees USING (function_id) INNER JOIN colds USING (function_id)
GROUP BY package_name, provider, region`;

interface Row extends Record<`${Architecture}_mb_ns`, number> {
  package_name: string;
  provider: string;
  region: string;
  versions: string[];
  functions: string;
  observed: string;
  total: string;
  self: string;
  modules: string;
  bytes: string;
  imported: string;
  used: number | null;
  cold_starts: number;
  cold_ns: number;
}

const nsPerMs = 1e6;
const rankedPackage = (name: string, rows: readonly Row[], windowMs: number, prices: PriceBook): RankedPackage => {
  const sum = (of: (row: Row) => string | number): number => rows.reduce((all, row) => all + Number(of(row)), 0);
  const observed = sum(({ observed: each }) => each);
  const monthly = (value: number): number => perMonth(new Decimal(value), windowMs).toNumber();
  const priced = rows
    .map((row) => initUsd(row, (arch) => row[`${arch}_mb_ns`] / nsPerMs, prices))
    .filter((usd) => usd !== null);
  const dearest = rows.toSorted((a, b) => b.cold_ns - a.cold_ns)[0];
  const used = rows.map((row) => row.used).filter((one) => one !== null);
  return {
    name,
    versions: [...new Set(rows.flatMap(({ versions }) => versions))].filter((version) => version !== '').sort(),
    functions: sum(({ functions }) => functions),
    observed,
    totalMs: sum(({ total }) => total) / observed / nsPerMs,
    selfMs: sum(({ self }) => self) / observed / nsPerMs,
    modules: sum(({ modules }) => modules) / observed,
    bytes: sum(({ bytes }) => bytes) / observed,
    importedBy: dearest?.imported ?? '',
    isUnused: used.length === 0 ? null : !used.includes(1),
    coldStarts: Math.round(sum(({ cold_starts: each }) => each)),
    msPerMonth: monthly(sum(({ cold_ns: ns }) => ns) / nsPerMs),
    usdPerMonth: priced.length === 0 ? null : monthly(priced.reduce((all, usd) => all + usd, 0)),
  };
};

/** The dearest first; what has no price, by its time. */
const byMoney = (a: RankedPackage, b: RankedPackage): number =>
  (b.usdPerMonth ?? 0) - (a.usdPerMonth ?? 0) || b.msPerMonth - a.msPerMonth || (a.name < b.name ? -1 : 1);

/** @throws what the client throws */
export async function rankPackages(
  connection: Connection,
  { sinceMs: windowMs, of, ...part }: PackageQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<Page<PackageRanking, RankedPlace>> {
  const window = sealedWindow(windowMs, nowMs);
  const { sinceMs } = window;
  const rows = await connection.select<Row>(statement(window, of ? isIt : '1'), {
    ...window.parameters,
    ...(of && identityOf(of)),
  });
  const order = [...Map.groupBy(rows, ({ package_name: each }) => each)]
    .map(([each, own]) => rankedPackage(each, own, nowMs - sinceMs, prices))
    .sort(byMoney);
  const { answer: packages, next } = cutPage(order, ({ name: each }) => each, part);
  const answer = {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: prices.date,
    packages,
  };
  return { answer, next };
}
