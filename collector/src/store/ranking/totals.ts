/** What all functions of a question have together, however few of them a page shows. */
import { Decimal } from '../../model/pricing/decimal.ts';
import type { PriceBook } from '../../model/pricing/price-book.ts';
import { perMonth } from '../../model/pricing/units.ts';
import type { Totals } from '../../model/ranking.ts';
import { startsOf } from '../../model/start-kinds.ts';
import type { Connection } from '../connection.ts';
import { whole } from '../periods.ts';
import { knownUsd, type MoneyName, moneyByFunction } from './money.ts';
import { ratesOf } from './rates.ts';
import { isAsked, type Source, type Window } from './source.ts';

/** In dollars. */
const summed = (name: MoneyName): string => `sumOrNull(${knownUsd(name)}) / 1e6 AS ${name}`;

const statement = ({ rolled, billed }: Source, where: string): string => `
SELECT * FROM
  (SELECT uniqExact(function_id) AS functions, sum(rolled.invocations) AS invocations, sum(rolled.cold_starts) AS cold_starts, sum(rolled.warm) AS warm
  FROM ${rolled(where)} AS rolled) AS counts,
  (SELECT countIf(isNotNull(${knownUsd('total_usd')})) AS priced, ${summed('total_usd')}, ${summed('cold_usd')} FROM ${moneyByFunction(billed(where), ['total_usd', 'cold_usd'])}) AS money`;

interface TotalsRow {
  functions: string;
  /** In millionths, as all sums. */
  invocations: string;
  cold_starts: string;
  warm: string;
  priced: string;
  total_usd: number | null;
  cold_usd: number | null;
}

/** @throws what the client throws */
export async function totalsOf(
  connection: Connection,
  { source, parameters }: Window,
  filter: string,
  windowMs: number,
  prices: PriceBook,
): Promise<Totals> {
  const asked = { ...parameters, ...ratesOf(prices), filter };
  const [row] = await connection.select<TotalsRow>(statement(source, isAsked(filter)), asked);
  if (row === undefined) throw new Error('a sum over all functions has no row');
  return {
    functions: Number(row.functions),
    invocations: whole(row.invocations),
    ...startsOf(whole(row.cold_starts), whole(row.warm)),
    priced: Number(row.priced),
    coldUsd: row.cold_usd,
    monthlyUsd: row.total_usd === null ? null : perMonth(new Decimal(row.total_usd), windowMs).toNumber(),
  };
}
