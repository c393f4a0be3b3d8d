/**
 * AWS Lambda: an invocation, provisioned concurrency and SnapStart's cache as billable quantities. Time is rounded up to
 * 1 ms.
 */
import type { Usage } from '../bill.ts';
import type { Architecture } from '../price-book.ts';
import { Figures, type Metered } from './metered.ts';
import { nsOf, wholeMs } from './rounding.ts';

interface Place {
  region: string;
  /** Anything else has no price. */
  arch: Architecture | '';
  memoryMb: number;
}

export interface LambdaInvocation extends Place {
  /** What the platform says it billed. It contains init and restore; they are never added to it. */
  billedMs?: number;
  /** Of the parts, where the platform's own figure is missing. */
  parts?: BilledParts;
  /** On what the invocation ran; absent = on demand. Managed instances are paid as EC2, their requests here. */
  on?: 'demand' | 'provisioned' | 'managed instances';
  /** `/tmp` as configured; 512 MB are free. */
  ephemeralMb?: number;
  /** Bytes of a streamed response that are charged for. */
  streamedBytes?: number;
  /** This start restored a snapshot of a function with this runtime, such as `python3.13`. */
  restored?: { runtime: string };
}

export interface BilledParts {
  durationMs: number;
  /** Init, or what of the restore is billed. */
  initMs?: number;
  /** Since 2025-08-01 it is; before that only for images, custom runtimes and provisioned concurrency. */
  initIsBilled?: boolean;
}

/** Product that the time of an invocation belongs to; `null` = its time is not billed as such. */
const timeProducts = { demand: 'lambda', provisioned: 'lambda provisioned', 'managed instances': null } as const;
const requestProducts = {
  demand: 'lambda',
  provisioned: 'lambda',
  'managed instances': 'lambda managed instances',
} as const;

const freeEphemeralMb = 512;

export function meterLambda(invocation: LambdaInvocation): Metered {
  const { region, arch, on = 'demand' } = invocation;
  const figures = new Figures();
  const usage = (product: string, unit: Usage['unit'], amount: bigint): Usage => ({
    ...{ provider: 'aws', region, product, unit, amount },
  });
  // Functions with provisioned concurrency have no free tier, not for requests either.
  const request = usage(requestProducts[on], 'request', 1n);
  const usages: Usage[] = [on === 'provisioned' ? { ...request, noFreeTier: true } : request];
  const billedMs = billedMsOf(invocation, figures);
  const memoryMb = figures.take('memoryMb', invocation.memoryMb, 'mb');
  const product = timeProducts[on];
  if (product !== null && billedMs !== null && memoryMb !== null) {
    usages.push({ ...usage(product, 'GB-second', billedMs * BigInt(Math.ceil(memoryMb))), arch });
  }
  const ephemeralMb = figures.take('ephemeralMb', invocation.ephemeralMb ?? freeEphemeralMb, 'mb');
  if (billedMs !== null && ephemeralMb !== null && ephemeralMb > freeEphemeralMb) {
    usages.push(usage('lambda storage', 'GB-second', billedMs * BigInt(Math.ceil(ephemeralMb - freeEphemeralMb))));
  }
  const streamedBytes = figures.takeOr0('streamedBytes', invocation.streamedBytes, 'bytes');
  if (streamedBytes) usages.push(usage('lambda streaming', 'GB', BigInt(Math.ceil(streamedBytes))));
  const { restored } = invocation;
  if (restored !== undefined && memoryMb !== null && snapStartIsPaid(restored.runtime, figures)) {
    usages.push(usage('lambda snapstart restore', 'GB', BigInt(Math.ceil(memoryMb)) * bytesPerMb));
  }
  return { usages, doubts: figures.doubts };
}

const bytesPerMb = 1_048_576n;

/** Whether cache and restores of snapshots are paid, by the beginning of the runtime's name. */
const snapStartRuntimes = { python: true, dotnet: true, java: false } as const;

/** A runtime that is not known to pay is named, and not charged for. */
function snapStartIsPaid(runtime: string, figures: Figures): boolean {
  const known = Object.entries(snapStartRuntimes).find(([name]) => runtime.startsWith(name));
  if (known === undefined)
    figures.doubt(`Whether ${JSON.stringify(runtime.slice(0, 40))} pays for SnapStart is not known.`);
  return known?.[1] ?? false;
}

/** Whole ms; `null` where no figure can be believed. */
function billedMsOf({ billedMs, parts }: LambdaInvocation, figures: Figures): bigint | null {
  if (billedMs !== undefined) {
    const believed = figures.take('billedMs', billedMs, 'ms');
    return believed === null ? null : wholeMs(nsOf(believed), 1n);
  }
  if (parts === undefined) {
    figures.doubt('Neither a billed duration nor its parts are known.');
    return null;
  }
  const durationMs = figures.take('durationMs', parts.durationMs, 'ms');
  const initMs = figures.takeOr0('initMs', parts.initMs, 'ms');
  if (durationMs === null || initMs === null) return null;
  const billsInit = parts.initIsBilled ?? true;
  return wholeMs(nsOf(durationMs) + (billsInit ? nsOf(initMs) : 0n), 1n);
}

export interface ProvisionedConcurrency extends Place {
  /** Instances that stand by. */
  instances: number;
  /** From switching on to switching off; rounded up to 5 minutes. */
  configuredMs: number;
}

const provisionedStepMs = 300_000n;

export function meterProvisioned({ region, arch, memoryMb, instances, configuredMs }: ProvisionedConcurrency): Metered {
  const figures = new Figures();
  const mb = figures.take('memoryMb', memoryMb, 'mb');
  const count = figures.take('instances', instances, 'count');
  const ms = figures.take('configuredMs', configuredMs, 'ms');
  if (mb === null || count === null || ms === null) return { usages: [], doubts: figures.doubts };
  const amount = wholeMs(nsOf(ms), provisionedStepMs) * BigInt(Math.ceil(mb)) * BigInt(Math.ceil(count));
  const product = 'lambda provisioned standby';
  return { usages: [{ provider: 'aws', region, product, arch, unit: 'GB-second', amount }], doubts: [] };
}

export interface SnapStartCache extends Omit<Place, 'arch'> {
  runtime: string;
  /** How long one version stayed published; 3 hours at least are paid. */
  cachedMs: number;
}

const cacheLeastMs = 10_800_000n;

/** Nothing for runtimes that do not pay for it. */
export function meterSnapStartCache({ region, memoryMb, runtime, cachedMs }: SnapStartCache): Metered {
  const figures = new Figures();
  const mb = figures.take('memoryMb', memoryMb, 'mb');
  const ms = figures.take('cachedMs', cachedMs, 'ms');
  const isPaid = snapStartIsPaid(runtime, figures);
  if (mb === null || ms === null || !isPaid) return { usages: [], doubts: figures.doubts };
  const amount = wholeMs(nsOf(ms), 1n, cacheLeastMs) * BigInt(Math.ceil(mb));
  return {
    usages: [{ provider: 'aws', region, product: 'lambda snapstart cache', unit: 'GB-second', amount }],
    doubts: [],
  };
}

/** API Gateway in front of functions, as an option beside them. */
export const meterApiGateway = (region: string, kind: 'http' | 'rest', requests: number): Metered => {
  const figures = new Figures();
  const count = figures.take('requests', requests, 'count');
  if (count === null) return { usages: [], doubts: figures.doubts };
  const amount = BigInt(Math.ceil(count));
  return { usages: [{ provider: 'aws', region, product: `api gateway ${kind}`, unit: 'request', amount }], doubts: [] };
};
