/** Which kind of start an invocation had, and where init began. */
import type { Certainty, StartKind } from '../vocabulary.ts';

/**
 * The runtime hands the first event over within a few milliseconds once init is done. Up to this gap the caller has been
 * waiting all along and the gap belongs to the start; a longer one means that nobody was waiting yet.
 */
export const handoverMaxMs = 100;

/** Platforms initialise some instances before anyone asks and set no flag; a gap above 10 s is how agents infer it. */
export const proactiveInitMinMs = 10_000;

export interface Start {
  kind: StartKind;
  certainty: Certainty;
  /** Milliseconds between the end of init and the first call, where nobody waited for them; else `null`. */
  idleMs: number | null;
}

export const warmStart: Start = { kind: 'warm', certainty: 'certain', idleMs: null };

/**
 * The kind of start that the gap between init and the first call speaks for.
 * @param certaintyOfCold how sure the platform makes us that a start with a short gap is a cold one
 */
export const startAfterGap = (gapMs: number, certaintyOfCold: Certainty): Start => {
  if (gapMs > proactiveInitMinMs) return { kind: 'prewarmed', certainty: 'inferred', idleMs: gapMs };
  if (gapMs > handoverMaxMs) return { kind: 'cold', certainty: 'inferred', idleMs: gapMs };
  return { kind: 'cold', certainty: certaintyOfCold, idleMs: null };
};

/** Where a runtime that knows it leaves the moment before it imports the handler: monotonic milliseconds. */
export const initBeginMark = Symbol.for('coldlens.init.beginMs');

export interface InitBegin {
  /** Milliseconds since process start. */
  ms: number;
  certainty: Certainty;
}

/** What the agent can see of the beginning of init, all in milliseconds since process start. */
export interface InitTraces {
  entryMs: number;
  /** Of {@link initBeginMark}, if the runtime left one. */
  markedMs: number | null;
  /** Where Node's bootstrap of this thread began: 0 (default) in the main thread. */
  bootstrapBeginMs?: number;
  bootstrapCompleteMs: number;
  /** The platform's `importBegins`. */
  importBegins: number;
  /** Whether the agent was loaded as an ES module. */
  isEsm: boolean;
}

/**
 * When user code began to load. A CommonJS handler requires the agent first, so the agent's entry is that moment. The
 * whole graph of a static ES module is resolved, read and parsed before any of it runs, so there the entry comes too
 * late, and the beginning is inferred from Node's own bootstrap, never later than the entry.
 */
export const initBegin = (traces: InitTraces): InitBegin => {
  const { entryMs, markedMs, isEsm } = traces;
  if (markedMs !== null) return { ms: Math.min(entryMs, markedMs), certainty: 'certain' };
  if (!isEsm) return { ms: entryMs, certainty: 'certain' };
  const { bootstrapBeginMs = 0, bootstrapCompleteMs, importBegins } = traces;
  const beginMs = bootstrapBeginMs + (bootstrapCompleteMs - bootstrapBeginMs) * importBegins;
  return { ms: Math.min(entryMs, beginMs), certainty: 'inferred' };
};
