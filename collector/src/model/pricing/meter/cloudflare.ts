/** Cloudflare Workers, Standard: requests and CPU time. Wall time, and so waiting, is free. */
import type { Usage } from '../bill.ts';
import { Figures, type Metered } from './metered.ts';

const product = 'workers standard';

const usage = (unit: Usage['unit'], amount: bigint): Usage => ({
  ...{ provider: 'cloudflare', region: '', product, unit, amount },
});

/** @param cpuMs as the platform reports it */
export function meterWorker({ cpuMs }: { cpuMs: number }): Metered {
  const figures = new Figures();
  const believed = figures.take('cpuMs', cpuMs, 'ms');
  const usages = [usage('request', 1n)];
  // Microseconds, rounded up; the platform itself reports whole milliseconds.
  if (believed !== null) usages.push(usage('CPU-ms', BigInt(Math.ceil(believed * 1000))));
  return { usages, doubts: figures.doubts };
}

/** The fee of the plan, once an account and month; it includes the quantities that the book grants. */
export const workersPlan: Metered = { usages: [usage('month', 1n)], doubts: [] };
