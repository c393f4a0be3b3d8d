/** The platform's events as JSON: of Lambda's Telemetry API, and of its log in JSON format. Schemas 2022-07-01 to 2025-01-29. */
import type { Telling } from '../../model/telling.ts';
import { at, nameAt, numberAt, textAt } from '../fields.ts';
import { failureOf, figuresOf, metric } from './event-figures.ts';
import { InitsAgain } from './init-again.ts';
import { errorTypeOf, type Figures, reportOf, statusOf } from './invocation-facts.ts';
import type { LogSource } from './log-sources.ts';
import { runtimeOf } from './runtimes.ts';
import { momentNs } from './timestamps.ts';

/** One event, and where it is from. */
export interface Heard {
  readonly source: LogSource;
  readonly record: unknown;
  /** NaN = not told. */
  readonly atMs: number;
  readonly example: string;
  readonly into: Telling;
}

/** Lambda's words for how an instance was initialised, where nobody waited for it. */
const aheadOfTime: readonly string[] = ['provisioned-concurrency', 'lambda-managed-instances'];

const learnInit = ({ source, record }: Heard): void => {
  const type = nameAt(record, 'initializationType');
  const runtime = runtimeOf(textAt(record, 'runtimeVersion'));
  const version = nameAt(record, 'functionVersion');
  source.learn({
    ...(runtime !== undefined && { runtime }),
    ...(version !== undefined && { functionVersion: version }),
    // On demand is what it is billed as where nothing is told.
    ...(type !== undefined && type !== 'on-demand' && { sku: type }),
  });
  if (type !== undefined) source.isAhead = aheadOfTime.includes(type);
};

/** @returns nothing where it does not say whose it is: that is counted */
const invocationIdOf = ({ record, into, example }: Heard): string | undefined => {
  const id = nameAt(record, 'requestId');
  if (id === undefined) into.notKnown('no invocation id', example);
  return id;
};

const initStarted = (heard: Heard): void => {
  learnInit(heard);
  const { source, record, atMs, into, example } = heard;
  // Begun again inside an invocation, it is no start of an instance.
  if (textAt(record, 'phase') !== 'invoke') tellBegun(source, atMs, into, example);
};

/** A start of an instance, as its log tells it. */
export const tellBegun = (source: LogSource, atMs: number, into: Telling, example: string): void => {
  const startedNs = momentNs(atMs);
  const { of, functionName, instanceId, isAhead } = source;
  if (startedNs === null) into.notKnown('wrong time', example);
  // Without an instance nobody can tell who waited for it.
  else if (instanceId !== '')
    into.start({ of, functionName, instanceId, moment: 'begun', startedNs, initNs: 0n, isAhead }, example);
};

const initReported = (heard: Heard): void => {
  learnInit(heard);
  const { source, record, atMs, into, example } = heard;
  const durationMs = metric(at(record, 'metrics'), 'durationMs');
  if (!(durationMs >= 0)) into.notKnown('unknown shape', example);
  else noteInit(source, { atMs, durationMs, phase: textAt(record, 'phase') ?? '', ...failureOf(record) });
};

interface ReportedInit {
  readonly atMs: number;
  readonly durationMs: number;
  readonly phase: string;
  readonly status: string;
  readonly errorType: string;
}

/** An init that was well is told again with its invocation; of others it must be remembered. */
export const noteInit = (
  source: LogSource,
  { atMs: endedMs, durationMs, phase, status, errorType }: ReportedInit,
): void => {
  if (Number.isNaN(endedMs + durationMs)) return;
  if (phase === 'invoke') {
    source.initsAgain ??= new InitsAgain();
    source.initsAgain.rerun({ endedMs, durationMs, status, errorType });
  } else if (phase === 'init' && (statusOf(status) ?? 'success') !== 'success') {
    source.initsAgain ??= new InitsAgain();
    source.initsAgain.failed(endedMs);
  }
};

const started = (heard: Heard): void => {
  const id = invocationIdOf(heard);
  if (id !== undefined) tellStarted(heard, id, nameAt(heard.record, 'version'));
};

/** An invocation has begun. */
export const tellStarted = (
  { source: { of, functionName }, atMs, into, example }: Omit<Heard, 'record'>,
  invocationId: string,
  version: string | undefined,
): void => {
  const startedNs = momentNs(atMs);
  if (startedNs === null) {
    into.notKnown('wrong time', example);
    return;
  }
  const facts = { platformStartedNs: startedNs, ...(version !== undefined && { functionVersion: version }) };
  into.report({ of, functionName, invocationId, seenNs: startedNs, facts }, example);
};

/** Before the report, and all that is told of an instance that was frozen after it. What it did without error the report says. */
const runtimeDone = (heard: Heard): void => {
  const id = invocationIdOf(heard);
  if (id !== undefined) tellFailure(heard, id, failureOf(heard.record));
};

/** What went wrong with an invocation; nothing where nothing did. */
export const tellFailure = (
  { source: { of, functionName }, atMs, into, example }: Omit<Heard, 'record'>,
  invocationId: string,
  { status, errorType }: Pick<Figures, 'status' | 'errorType'>,
): void => {
  const platformStatus = statusOf(status);
  if (platformStatus === null || platformStatus === 'success') return;
  const seenNs = momentNs(atMs);
  if (seenNs === null) into.notKnown('wrong time', example);
  else {
    const facts = { platformStatus, platformErrorType: errorTypeOf(errorType) };
    into.report({ of, functionName, invocationId, seenNs, facts }, example);
  }
};

const reported = (heard: Heard): void => {
  const id = invocationIdOf(heard);
  if (id === undefined) return;
  const figures = figuresOf(heard.record);
  if (figures === null) heard.into.notKnown('unknown shape', heard.example);
  else tellReport(heard, id, figures);
};

export const tellReport = (
  { source, atMs, into, example }: Omit<Heard, 'record'>,
  id: string,
  figures: Figures,
): void => {
  const report = reportOf(source, id, atMs, figures);
  if (report === null) into.notKnown('wrong time', example);
  else into.report(source.initsAgain?.amended(report) ?? report, example);
};

/** Of one event; more than it can have dropped since the one before would drown what was read. */
const mostDropped = 1_000_000;

/** The event counts as the first of those that it says are gone: what was read is never less than what of it told nothing. */
const dropped = ({ record, into, example }: Heard): void => {
  const count = Math.min(Math.max(1, Math.trunc(numberAt(record, 'droppedRecords') ?? 1)), mostDropped);
  into.records += count - 1;
  into.notKnown('dropped by the platform', example, count);
};

/** Tells nothing that is asked here, or what another event tells again. */
const nothing = (): void => undefined;

const byType: ReadonlyMap<string, (heard: Heard) => void> = new Map([
  ['platform.initStart', initStarted],
  ['platform.initRuntimeDone', nothing],
  ['platform.initReport', initReported],
  ['platform.restoreStart', learnInit],
  ['platform.restoreRuntimeDone', nothing],
  ['platform.restoreReport', nothing],
  ['platform.start', started],
  ['platform.runtimeDone', runtimeDone],
  ['platform.report', reported],
  ['platform.extension', nothing],
  ['platform.telemetrySubscription', nothing],
  ['platform.logsDropped', dropped],
]);

/** @param sourceOf asked for what tells of a function; it counts what is of none */
export const hearEvent = (
  { type, record, atMs, example, into }: Omit<Heard, 'source'> & { readonly type: string },
  sourceOf: () => LogSource | null,
): void => {
  const hear = byType.get(type);
  if (hear === undefined) {
    into.notKnown(type.startsWith('platform.') ? 'unknown shape' : 'not of the platform', example);
    return;
  }
  if (hear === nothing) return;
  const source = sourceOf();
  if (source !== null) hear({ source, record, atMs, example, into });
};
