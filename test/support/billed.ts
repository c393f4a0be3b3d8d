/** Billable sums of a function on Lambda, to be varied. */
import type { BilledSums, SizedSums } from '#collector/model/pricing/index.js';

export const noSize: SizedSums = { amount: 0n, cold: { amount: 0n, size: 0n, executionAmount: 0n } };

/** @param mbMs memory x time of all of them */
export const billedOnLambda = (requests: bigint, mbMs: bigint, fields: Partial<BilledSums> = {}): BilledSums => ({
  ...{ product: 'lambda', arch: 'x86_64', invocations: requests, requests, inferred: 0n },
  ...{ memory: { ...noSize, amount: mbMs }, cpu: noSize, warm: { requests: 0n, time: 0n } },
  ...fields,
});
