/**
 * Starts of instances that are told without the invocation that waited for them: the OpenTelemetry collector's layer for
 * Lambda sends one internal span an init, in a trace of its own, with neither an invocation's id nor an instance's. Which
 * invocation waited is found by function, instance where told, and time, when a question is asked.
 */
import { attribute } from '@coldlens/agent/vocabulary';
import { boolean, text } from '../attributes.ts';
import type { DecodedSpan } from '../span.ts';
import { believableNs, durationNs } from '../time.ts';
import { functionNameOf, invocationIdOf, phaseOf, placeOf } from './facts.ts';

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

const startOf = (span: DecodedSpan, receivedMs: number): InstanceStart | null => {
  if (phaseOf(span) !== null || !isInit(span) || boolean([span.attributes], attribute.coldStart) !== true) return null;
  const [functionName, initNs] = [functionNameOf(span), durationNs(span.startNs, span.endNs)];
  if (functionName === null || initNs === null || invocationIdOf(span) !== null) return null;
  const instanceId = text([span.attributes, span.resource], attribute.instanceId) ?? '';
  return { ...placeOf(span), functionName, instanceId, startedNs: believableNs(span.startNs, receivedMs), initNs };
};

export const instanceStartsOf = (spans: readonly DecodedSpan[], receivedMs: number): InstanceStart[] =>
  spans.map((span) => startOf(span, receivedMs)).filter((start) => start !== null);
