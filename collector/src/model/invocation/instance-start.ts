/**
 * Starts of instances that are told without the invocation that waited for them: the OpenTelemetry collector's layer for
 * Lambda sends one internal span an init, in a trace of its own, with neither an invocation's id nor an instance's. Which
 * invocation waited is found by function, instance where told, and time, when a question is asked.
 */
import { attribute } from '@coldlens/agent/vocabulary';
import { boolean } from '../attributes.ts';
import type { DecodedSpan } from '../span.ts';
import { durationNs } from '../time.ts';
import type { ReceivedSpan } from './facts.ts';

export interface InstanceStart {
  provider: string;
  account: string;
  region: string;
  functionName: string;
  /** '' = not told. */
  instanceId: string;
  startedNs: bigint;
  initNs: bigint;
}

/** `init <function>`, before that `platform.initRuntimeDone`. */
const isInit = ({ name }: DecodedSpan): boolean => name === 'platform.initRuntimeDone' || /^init( |$)/.test(name);

const startOf = ({ span, phase, invocationId, of, seenNs }: ReceivedSpan): InstanceStart | null => {
  if (phase !== null || !isInit(span) || boolean([span.attributes], attribute.coldStart) !== true) return null;
  const initNs = durationNs(span.startNs, span.endNs);
  const { functionName, told } = of;
  if (functionName === null || initNs === null || invocationId !== null) return null;
  const { provider, account, region } = told;
  return { provider, account, region, functionName, instanceId: told.instanceId ?? '', startedNs: seenNs, initNs };
};

export const instanceStartsOf = (spans: readonly ReceivedSpan[]): InstanceStart[] =>
  spans.map(startOf).filter((start) => start !== null);
