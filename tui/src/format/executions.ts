/** How long invocations ran that did not start cold; where nobody told which those are, all of them. */
import type { Latency, RankedFunction } from '@coldlens/collector';
import { formatMs } from './numbers.ts';

type Told = Pick<RankedFunction, 'warm' | 'untold'>;

/** Stands before a figure of invocations whose start nobody told. */
export const untoldMark = '~';

export const isNoLatency = ({ p50Ms }: Latency): boolean => p50Ms === null;

/** Those that stand beside cold starts, and what they are called. */
export const executionsOf = ({ warm, untold }: Told): { label: 'warm' | 'untold'; latency: Latency } =>
  isNoLatency(warm) && !isNoLatency(untold) ? { label: 'untold', latency: untold } : { label: 'warm', latency: warm };

/** `12`; `~12` where nobody told which ones were warm. */
export function executionText(told: Told): string {
  const { label, latency } = executionsOf(told);
  return `${label === 'untold' ? untoldMark : ''}${formatMs(latency.p50Ms)}`;
}
