/**
 * Starts of instances that are told without the invocation that waited for them. The OpenTelemetry collector's layer for
 * Lambda sends one internal span an init, in a trace of its own, with neither an invocation's id nor an instance's; logs of
 * platforms tell of a start in lines of its own. Which invocation waited is found later, see store/pairing.
 */
import { attribute } from '@coldlens/agent/vocabulary';
import { boolean } from '../attributes.ts';
import type { DecodedSpan } from '../span.ts';
import { durationNs } from '../time.ts';
import type { FunctionFacts, ReceivedSpan } from './facts.ts';

export interface InstanceStart {
  of: FunctionFacts;
  functionName: string;
  /** '' = not told. */
  instanceId: string;
  /**
   * What happened at `startedNs`: a start whose length is known, one that has only begun, that an instance got ready, or that the
   * platform started an uploaded version to try it (then `instanceId` is the version, and no invocation ever waited for it).
   */
  moment: 'init' | 'begun' | 'ready' | 'uploaded';
  startedNs: bigint;
  /** 0 where it is not known. */
  initNs: bigint;
  /** The platform says that nobody waited for it: kept ready, provisioned, or started by a deployment. */
  isAhead: boolean;
}

/** `init <function>`, before that `platform.initRuntimeDone`. */
const isInit = ({ name }: DecodedSpan): boolean => name === 'platform.initRuntimeDone' || /^init( |$)/.test(name);

const startOf = ({ span, phase, invocationId, of, seenNs }: ReceivedSpan): InstanceStart | null => {
  if (phase !== null || !isInit(span) || boolean([span.attributes], attribute.coldStart) !== true) return null;
  const initNs = durationNs(span.startNs, span.endNs);
  const { functionName, told } = of;
  if (functionName === null || initNs === null || invocationId !== null) return null;
  return {
    ...{ of, functionName, instanceId: told.instanceId ?? '' },
    ...{ moment: 'init', startedNs: seenNs, initNs, isAhead: false },
  };
};

export const instanceStartsOf = (spans: readonly ReceivedSpan[]): InstanceStart[] =>
  spans.map(startOf).filter((start) => start !== null);
