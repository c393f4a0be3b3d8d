/**
 * Google Cloud. Functions of the 1st gen: each invocation, up to 100 ms, with a CPU that follows from the memory. Cloud
 * Run functions: the time of an instance, which concurrent requests share, start-up and shutdown included.
 */
import type { Usage } from '../bill.ts';
import { mhzByMb } from '../products.ts';
import { activeMs, cloudRunInstanceRule, cloudRunRule, type Interval } from './active-intervals.ts';
import { believed } from './believed.ts';
import { Figures, type Metered } from './metered.ts';
import { nsOf, wholeMs } from './rounding.ts';

const usage = (region: string, product: string, unit: Usage['unit'], amount: bigint): Usage => ({
  ...{ provider: 'gcp', region, product, unit, amount },
});

const stepMs = 100n;

export interface FirstGenInvocation {
  region: string;
  durationMs: number;
  memoryMb: number;
}

export function meterFirstGen({ region, durationMs, memoryMb }: FirstGenInvocation): Metered {
  const product = 'functions 1st gen';
  const figures = new Figures();
  const usages = [usage(region, product, 'request', 1n)];
  const duration = figures.take('durationMs', durationMs, 'ms');
  const mb = figures.take('memoryMb', memoryMb, 'mb');
  const mhz = mb === null ? undefined : mhzByMb.get(mb);
  if (mb !== null && mhz === undefined) figures.doubt(`memoryMb is ${mb}, which is no size of a 1st gen function.`);
  if (duration !== null && mb !== null && mhz !== undefined) {
    const ms = wholeMs(nsOf(duration), stepMs);
    usages.push(usage(region, product, 'GB-second', ms * BigInt(mb)));
    usages.push(usage(region, product, 'GHz-second', ms * BigInt(mhz)));
  }
  return { usages, doubts: figures.doubts };
}

interface RunSize {
  region: string;
  memoryMb: number;
  /** Thousandths of a vCPU. */
  milliVcpu: number;
}

export interface RequestBasedInstance extends RunSize {
  requests: readonly Interval[];
  /** Start-up and shutdown are charged like a request, but are none. */
  startup?: Interval;
  shutdown?: Interval;
  /** Time that it was kept alive as a minimum instance without a request. */
  idleMinimumMs?: number;
}

/** One instance that pays for the time in which it serves at least one request. */
export function meterRequestBased(instance: RequestBasedInstance): Metered {
  const { region, requests, startup, shutdown } = instance;
  const figures = new Figures();
  const busy = [
    ...requests,
    ...(startup === undefined ? [] : [startup]),
    ...(shutdown === undefined ? [] : [shutdown]),
  ];
  const ms = activeMs(believed(busy, figures), cloudRunRule);
  const usages = [
    usage(region, 'run request-based', 'request', BigInt(requests.length)),
    ...sized(instance, 'run request-based', ms, figures),
  ];
  const idleMs = figures.takeOr0('idleMinimumMs', instance.idleMinimumMs, 'ms');
  // The size was found wanting above already, once is enough.
  if (idleMs) usages.push(...sized(instance, 'run idle minimum', wholeMs(nsOf(idleMs), stepMs), new Figures()));
  return { usages, doubts: figures.doubts };
}

export interface InstanceBasedInstance extends RunSize {
  /** Its whole life, from start-up to the end of the shutdown. */
  life: Interval;
}

/** One instance that pays for its whole life, a minute at least; requests are free. */
export function meterInstanceBased(instance: InstanceBasedInstance): Metered {
  const figures = new Figures();
  const ms = activeMs(believed([instance.life], figures), cloudRunInstanceRule);
  return { usages: sized(instance, 'run instance-based', ms, figures), doubts: figures.doubts };
}

function sized({ region, memoryMb, milliVcpu }: RunSize, product: string, ms: bigint, figures: Figures): Usage[] {
  const mb = figures.take('memoryMb', memoryMb, 'mb');
  const cpu = figures.take('milliVcpu', milliVcpu, 'milliVcpu');
  return [
    ...(cpu === null ? [] : [usage(region, product, 'vCPU-second', ms * BigInt(Math.ceil(cpu)))]),
    ...(mb === null ? [] : [usage(region, product, 'GiB-second', ms * BigInt(Math.ceil(mb)))]),
  ];
}
