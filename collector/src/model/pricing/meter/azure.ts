/**
 * Azure Functions. Consumption meters each invocation: memory as observed, up to 128 MB, and at least 100 ms. Flex meters
 * the active intervals of an instance, whose memory is fixed.
 */
import type { Usage } from '../bill.ts';
import { activeMs, azureFlexRule, type Interval } from './active-intervals.ts';
import { believed } from './believed.ts';
import { Figures, type Metered } from './metered.ts';
import { nsOf, roundedUp, wholeMs } from './rounding.ts';

export interface ConsumptionInvocation {
  region: string;
  durationMs: number;
  /** Observed; never more than 1,536 are metered. */
  memoryMb: number;
}

export const memoryStepMb = 128n;
export const consumptionMostMb = 1536n;
export const consumptionLeastMs = 100n;

const usage = (region: string, product: string, unit: Usage['unit'], amount: bigint): Usage => ({
  ...{ provider: 'azure', region, product, unit, amount },
});

export function meterAzureConsumption({ region, durationMs, memoryMb }: ConsumptionInvocation): Metered {
  const product = 'functions consumption';
  const figures = new Figures();
  const usages = [usage(region, product, 'request', 1n)];
  const ms = figures.take('durationMs', durationMs, 'ms');
  const mb = figures.take('memoryMb', memoryMb, 'mb');
  if (ms !== null && mb !== null) {
    const steps = roundedUp(BigInt(Math.ceil(mb)), memoryStepMb);
    const metered = steps > consumptionMostMb ? consumptionMostMb : steps;
    usages.push(usage(region, product, 'GB-second', wholeMs(nsOf(ms), 1n, consumptionLeastMs) * metered));
  }
  return { usages, doubts: figures.doubts };
}

export interface FlexInstance {
  region: string;
  /** As configured: 512, 2048 or 4096. */
  memoryMb: number;
  /** All of this instance, in any order. */
  invocations: readonly Interval[];
  /** An instance that is always ready has its own prices, and a baseline for the time it was assigned. */
  alwaysReady?: { assignedMs: number };
}

export function meterAzureFlex({ region, memoryMb, invocations, alwaysReady }: FlexInstance): Metered {
  const product = alwaysReady === undefined ? 'functions flex' : 'functions flex always ready';
  const figures = new Figures();
  const usages = [usage(region, product, 'request', BigInt(invocations.length))];
  const mb = figures.take('memoryMb', memoryMb, 'mb');
  const time = activeMs(believed(invocations, figures), azureFlexRule);
  if (mb !== null) usages.push(usage(region, product, 'GB-second', time * BigInt(Math.ceil(mb))));
  const assignedMs = figures.takeOr0('assignedMs', alwaysReady?.assignedMs, 'ms');
  if (mb !== null && assignedMs) {
    const amount = wholeMs(nsOf(assignedMs), 1n) * BigInt(Math.ceil(mb));
    usages.push(usage(region, 'functions flex baseline', 'GB-second', amount));
  }
  return { usages, doubts: figures.doubts };
}
