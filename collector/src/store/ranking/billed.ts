/** Billable sums as the store keeps them, by product and architecture: for the cost of functions and the bill of an account. */
import type { BilledSums } from '../../model/pricing/cost.ts';
import { wholeOf } from '../periods.ts';
import { type SumName, sumNames } from '../schema/005-sealed-periods.ts';

export const billedNames = ['invocations', ...sumNames.slice(sumNames.indexOf('requests'))] as readonly SumName[];

/** Columns of a statement over `rolled` that is grouped by product and architecture. */
export const billedColumns = `product, arch, ${billedNames.map((name) => `sum(rolled.${name}) AS ${name}`).join(', ')}`;

/** In millionths, as all sums. */
export interface BilledRow extends Record<SumName, string> {
  product: string;
  arch: string;
}

export const billedSums = (row: BilledRow): BilledSums => {
  const sum = (name: SumName): bigint => wholeOf(BigInt(row[name]));
  return {
    product: row.product,
    arch: row.arch,
    invocations: sum('invocations'),
    requests: sum('requests'),
    inferred: sum('inferred_requests'),
    memory: {
      amount: sum('mb_ms'),
      cold: { amount: sum('cold_mb_ms'), size: sum('cold_mb'), executionAmount: sum('cold_execution_mb_ms') },
    },
    cpu: {
      amount: sum('cpu_ms'),
      cold: { amount: sum('cold_cpu_ms'), size: sum('cold_cpu'), executionAmount: sum('cold_execution_cpu_ms') },
    },
    warm: { requests: sum('warm_requests'), time: sum('warm_billed_ms') },
  };
};
