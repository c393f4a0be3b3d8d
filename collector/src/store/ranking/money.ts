/**
 * Money of each function, worked out by the database: where thousands of functions are to be put in order, or added up. In
 * floats, at the rates of the first tier; what a page shows of a function is worked out exactly, from its sums (see cost.ts).
 */
import type { SumName } from '../schema/005-sealed-periods.ts';
import { isUnpriced, ratedAs, usdOf } from './rates.ts';

/** As `coldSurplus` has it. */
const surplus = (amount: string, size: string, execution: string): string =>
  `greatest(0., ${amount} - if(warm_requests > 0, ${size} * warm_billed_ms / warm_requests, ${execution}))`;

/**
 * Of a function's invocations that are billed alike, which have rates of their own: the sums that it takes, and dollars; and
 * whether they are known of the function.
 */
const moneys = {
  total_usd: {
    isKnown: '1',
    sums: ['mb_ms', 'cpu_ms'],
    usd: [usdOf('request', 'metered'), usdOf('memory', 'mb_ms'), usdOf('cpu', 'cpu_ms')].join(' + '),
  },
  cold_usd: {
    // Of a function as a whole: of what nobody told about it is not known either what was added.
    isKnown: 'sum(cold_starts + warm) > 0',
    sums: [
      ...['cold_starts', 'warm'],
      ...['cold_mb_ms', 'cold_cpu_ms', 'cold_mb', 'cold_cpu', 'cold_execution_mb_ms', 'cold_execution_cpu_ms'],
      ...['warm_requests', 'warm_billed_ms'],
    ] as SumName[],
    usd: [
      // Cold starts that add nothing are free only where there is a price.
      'if(metered > 0 AND rated_as = 0, nan, 0.)',
      usdOf('memory', surplus('cold_mb_ms', 'cold_mb', 'cold_execution_mb_ms')),
      usdOf('cpu', surplus('cold_cpu_ms', 'cold_cpu', 'cold_execution_cpu_ms')),
    ].join(' + '),
  },
} as const satisfies Record<string, { isKnown: string; sums: readonly SumName[]; usd: string }>;

export type MoneyName = keyof typeof moneys;

/**
 * A table of functions with their invocations and each kind of money, both in millionths; not a number where it is not known. It takes the parameters of `ratesOf`.
 * @param billed see {@link Source}
 */
export const moneyByFunction = (billed: string, names: readonly MoneyName[]): string => {
  const sums = new Set(names.flatMap((name): readonly SumName[] => moneys[name].sums));
  const floats = [...sums].map((name) => `sum(toFloat64(rolled.${name})) AS ${name}`);
  const usd = (name: MoneyName): string =>
    `if(${moneys[name].isKnown}, sum(if(${isUnpriced} AND invocations > 0, nan, if(metered = 0, 0., ${moneys[name].usd}))), nan) AS all_${name}`;
  return `(
  SELECT function_id, sum(invocations) AS all_invocations, sum(metered) AS all_metered,
    ${names.map(usd).join(', ')}
  FROM (
    SELECT *, ${ratedAs} FROM (
    SELECT function_id, product, arch, any(rolled.provider) AS provider, any(rolled.region) AS region,
      sum(rolled.invocations) AS invocations, sum(rolled.requests) AS metered,
      ${floats.join(', ')}
    FROM ${billed} AS rolled GROUP BY function_id, product, arch))
  GROUP BY function_id)`;
};

/** Of a row of {@link moneyByFunction}; NULL where it is not known, or nothing was metered. */
export const knownUsd = (name: MoneyName): string => `if(all_metered = 0 OR isNaN(all_${name}), NULL, all_${name})`;
