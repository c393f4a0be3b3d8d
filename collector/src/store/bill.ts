/** The bill of a month, from what the rollups of a window hold. */
import type { AccountBill, BillQuery, MonthlyBill, MonthlyLine, UnpricedLine } from '../model/bill.ts';
import { type BillLine, monthlyBill, type Unpriced, type Usage } from '../model/pricing/bill.ts';
import { type BilledSums, remarksOf, unmeteredOf, usagesOf, whyUnmetered } from '../model/pricing/cost.ts';
import { Decimal, plain } from '../model/pricing/decimal.ts';
import { workersPlan } from '../model/pricing/meter/cloudflare.ts';
import { meterApiGateway } from '../model/pricing/meter/lambda.ts';
import type { PriceBook } from '../model/pricing/price-book.ts';
import { productNamed } from '../model/pricing/products.ts';
import type { Connection } from './connection.ts';
import { dayMs, hourMs, hoursBackMs, rolledRows, type SealedWindow, sealedWindow, wholeOf } from './periods.ts';
import { type BilledRow, billedColumns, billedNames, billedSums } from './ranking/billed.ts';

const monthMs = 30 * dayMs;

interface Row extends BilledRow {
  provider: string;
  account: string;
  region: string;
  /** Invocations by HTTP, in millionths as all sums. */
  by_http: string;
}

const columns = ['provider', 'account', 'region', 'product', 'arch', 'trigger', ...billedNames].join(', ');

const statement = (window: SealedWindow, where: string): string => `
SELECT provider, account, region, ${billedColumns}, sumIf(rolled.invocations, rolled.trigger = 'http') AS by_http
FROM ${rolledRows(window, columns, where)} AS rolled
GROUP BY provider, account, region, product, arch
ORDER BY provider, account, region, product, arch`;

/** What is billed alike in one region. */
interface Part {
  region: string;
  sums: BilledSums;
  byHttp: bigint;
}

/** Why a part of the account has no price, beside what the price book does not have. */
const unpricedOf = (provider: string, { region, sums }: Part): UnpricedLine[] => {
  const { product, arch, invocations } = sums;
  const why = productNamed(product)?.unpriced;
  const [left, reason] = why === undefined ? [unmeteredOf(sums), whyUnmetered(provider, sums)] : [invocations, why];
  return reason === null ? [] : [{ provider, region, product, arch, unit: 'request', units: String(left), reason }];
};

const lineOf = ({
  provider,
  region,
  product,
  arch = '',
  unit,
  units,
  chargedUnits,
  usd,
  rate,
}: BillLine): MonthlyLine => ({
  ...{ provider, region, product, arch, unit, units, chargedUnits, usd },
  ...{ source: rate.source, date: rate.date, unverified: rate.unverified === true },
});

const withoutPrice = ({ provider, region, product, arch = '', unit, units, reason }: Unpriced): UnpricedLine => ({
  ...{ provider, region, product, arch, unit, units, reason },
});

type Scale = (amount: bigint) => bigint;

const accountBill = (
  { provider, account }: Row,
  parts: readonly Part[],
  { freeTier, apiGateway }: BillQuery,
  book: PriceBook,
  scale: Scale,
): AccountBill => {
  const metered = parts.flatMap(({ region, sums }) => usagesOf(region, sums));
  const gateway =
    provider !== 'aws' || apiGateway === undefined
      ? []
      : parts.flatMap(({ region, byHttp }) =>
          byHttp === 0n ? [] : meterApiGateway(region, apiGateway, Number(byHttp)).usages,
        );
  const usages: Usage[] = [...metered, ...gateway].map((usage) => ({ ...usage, amount: scale(usage.amount) }));
  // The fee is a month's, however long the window was.
  const plan = usages.some(({ product }) => product === 'workers standard') ? workersPlan.usages : [];
  const bill = monthlyBill(book, [...usages, ...plan], { freeTier });
  const unpriced = [
    ...bill.unpriced.map(withoutPrice),
    ...parts
      .flatMap((part) => unpricedOf(provider, part))
      .map((part) => ({ ...part, units: String(scale(BigInt(part.units))) })),
  ];
  const groups = parts.map(({ sums }) => sums);
  return {
    ...{ provider, account, totalUsd: bill.totalUsd, complete: unpriced.length === 0, unverified: bill.unverified },
    ...{ lines: bill.lines.map(lineOf), unpriced, remarks: remarksOf(groups) },
  };
};

/** @throws what the client throws */
export async function billOf(
  connection: Connection,
  query: BillQuery,
  nowMs: number,
  prices: PriceBook,
): Promise<MonthlyBill> {
  const window = sealedWindow(query.sinceMs, nowMs, { byHourUpToMs: hoursBackMs });
  const { sinceMs, parameters } = window;
  const { account } = query;
  const rows = await connection.select<Row>(
    statement(window, account === undefined ? '1' : 'account = {account:String}'),
    account === undefined ? parameters : { ...parameters, account },
  );
  const windowMs = nowMs - sinceMs;
  // A window begins with an hour, so that of a month may be longer by less than one.
  const isMonth = Math.abs(windowMs - monthMs) <= hourMs;
  const scale: Scale = isMonth
    ? (amount) => amount
    : (amount) => (amount * BigInt(monthMs) + BigInt(windowMs) / 2n) / BigInt(windowMs);
  const accounts = [...Map.groupBy(rows, ({ provider, account: of }) => JSON.stringify([provider, of])).values()].map(
    (own) => {
      const parts = own.map((row) => ({
        region: row.region,
        sums: billedSums(row),
        byHttp: wholeOf(BigInt(row.by_http)),
      }));
      return accountBill(own[0] as Row, parts, query, prices, scale);
    },
  );
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(nowMs).toISOString(),
    prices: prices.date,
    freeTier: query.freeTier,
    scaledFromDays: isMonth ? null : windowMs / dayMs,
    totalUsd: plain(accounts.reduce((sum, { totalUsd }) => sum.plus(totalUsd), new Decimal(0))),
    complete: accounts.every(({ complete }) => complete),
    unverified: accounts.some(({ unverified }) => unverified),
    accounts,
  };
}
