/** Which kind of start an invocation had, and where init began and ended. */
import type { Certainty, StartKind } from '../vocabulary.ts';

/**
 * The runtime client hands the first event over within a few milliseconds once init is done. Up to this gap the caller
 * has been waiting all along and the gap belongs to the start; a longer one means that nobody was waiting yet.
 */
export const handoverMaxMs = 100;

/** Lambda initialises some instances before anyone asks. It sets no flag; agents infer it from a gap above 10 s. */
export const proactiveInitMinMs = 10_000;

export interface Start {
  kind: StartKind;
  certainty: Certainty;
  /** Milliseconds between the end of init and the first call, where nobody waited for them; else `null`. */
  idleMs: number | null;
}

/** Kinds of start that `AWS_LAMBDA_INITIALIZATION_TYPE` tells outright. */
const kindOfInitializationType: Readonly<Record<string, Start>> = {
  'provisioned-concurrency': { kind: 'prewarmed', certainty: 'certain', idleMs: null },
  'snap-start': { kind: 'restored', certainty: 'certain', idleMs: null },
  'lambda-managed-instances': { kind: 'prewarmed', certainty: 'inferred', idleMs: null },
};

/**
 * The kind of start of an instance's first invocation.
 * @param initializationType value of `AWS_LAMBDA_INITIALIZATION_TYPE`, if any
 * @param gapMs milliseconds from the end of init to the handler's first call
 */
export const firstStart = (initializationType: string | undefined, gapMs: number): Start => {
  const told = initializationType === undefined ? undefined : kindOfInitializationType[initializationType];
  if (told) return { ...told, idleMs: told.kind === 'prewarmed' ? gapMs : null };
  if (gapMs > proactiveInitMinMs) return { kind: 'prewarmed', certainty: 'inferred', idleMs: gapMs };
  if (gapMs > handoverMaxMs) return { kind: 'cold', certainty: 'inferred', idleMs: gapMs };
  return { kind: 'cold', certainty: initializationType === 'on-demand' ? 'certain' : 'inferred', idleMs: null };
};

export const warmStart: Start = { kind: 'warm', certainty: 'certain', idleMs: null };

/**
 * Node's own bootstrap to the moment AWS's runtime client begins to import the handler, as a multiple of
 * `nodeTiming.bootstrapComplete`. Both are CPU-bound, so the ratio holds where absolute times do not: median 1.6,
 * middle half 1.57 to 1.68, over the example functions on Node 24 with aws-lambda-ric 4.0.2.
 */
const runtimeClientBootstraps = 1.6;

/** Where a runtime that knows it leaves the moment before it imports the handler: milliseconds since process start. */
export const initBeginMark = Symbol.for('coldlens.init.beginMs');

export interface InitBegin {
  /** Milliseconds since process start. */
  ms: number;
  certainty: Certainty;
}

/** What the agent can see of the beginning of init, all in milliseconds since process start. */
export interface InitTraces {
  entryMs: number;
  /** Value of {@link initBeginMark}, if the runtime left one. */
  markedMs: number | null;
  bootstrapCompleteMs: number;
  /** Whether the agent was loaded as an ES module. */
  isEsm: boolean;
  onLambda: boolean;
}

/**
 * When user code began to load. A CommonJS handler requires the agent first, so the agent's entry is that moment. The
 * whole graph of a static ES module is resolved, read and parsed before any of it runs, so there the entry comes too
 * late, and the beginning is inferred from Node's own bootstrap, never later than the entry.
 */
export const initBegin = ({ entryMs, markedMs, bootstrapCompleteMs, isEsm, onLambda }: InitTraces): InitBegin => {
  if (markedMs !== null) return { ms: Math.min(entryMs, markedMs), certainty: 'certain' };
  if (!isEsm) return { ms: entryMs, certainty: 'certain' };
  const inferredMs = bootstrapCompleteMs * (onLambda ? runtimeClientBootstraps : 1);
  return { ms: Math.min(entryMs, inferredMs), certainty: 'inferred' };
};
