/** Money for time that is, or would be, billed: for whoever has milliseconds and no invocations in a database. */
import { Big } from 'big.js';
import { type Architecture, gbSecondRate, requestUsd } from './aws-lambda.ts';

export type { Architecture } from './aws-lambda.ts';
export { awsLambdaPricesDate } from './aws-lambda.ts';

export interface BilledTime {
  /** Milliseconds of one invocation; negative for what is saved, if you like. */
  billedMs: number;
  memoryMb: number;
  /** How many such invocations. */
  invocations: number;
  region: string;
  arch: Architecture;
}

/**
 * Dollars of AWS Lambda's list price, as decimal text with at most 12 places; without the fee a request.
 * @returns `null` where the region and architecture have no price here
 */
export const billedTimeUsd = ({ billedMs, memoryMb, invocations, region, arch }: BilledTime): string | null => {
  const rate = gbSecondRate(region, arch);
  if (rate === null) return null;
  const gbSeconds = new Big(billedMs).times(memoryMb).times(invocations).div(1_024_000);
  return gbSeconds.times(rate).round(12).toString();
};

/** Dollars of the requests themselves, as decimal text. */
export const requestsUsd = (requests: number): string => new Big(requestUsd).times(requests).toString();
