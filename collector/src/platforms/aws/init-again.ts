/**
 * Inits that failed, or took too long, run once more inside the next invocation of their instance. The log tells of it without
 * the invocation's id, so it is found by the time, among the reports that follow in the same stream.
 */
import type { Report } from '../../model/invocation/partial.ts';
import { msToNs } from '../../model/time.ts';
import { kept } from '../fields.ts';
import { errorTypeOf, statusOf } from './invocation-facts.ts';

interface AgainBase {
  /** When it was reported, which is when it ended. */
  readonly endedMs: number;
}

/** It ran inside an invocation. */
interface Rerun extends AgainBase {
  readonly durationMs: number;
  readonly status: string;
  readonly errorType: string;
}

/** It failed: the next invocation will run it again, of which there may be no line. */
interface Failed extends AgainBase {
  /** Whose invocation that was. */
  invocationId?: string;
}

/** An instance tries it again and again; more at once than these nobody waits for. */
const mostRemembered = 16;
/** Lines of one log, whose times are cut to milliseconds. */
const clockMs = 50;
/** An invocation that waits begins at once; one that comes later may find the instance replaced. */
const handOverMs = 10_000;

const nsPerMs = 1_000_000;

/** Of one stream. */
export class InitsAgain {
  readonly #reruns: Rerun[] = [];
  readonly #failed: Failed[] = [];

  rerun({ status, errorType, ...rerun }: Rerun): void {
    remember(this.#reruns, { ...rerun, status: kept(status), errorType: kept(errorType) });
  }

  failed(endedMs: number): void {
    remember(this.#failed, { endedMs });
  }

  /** What a report does not say of itself. @param report of this stream, in the log behind those inits */
  amended(report: Report): Report {
    const { facts, invocationId, seenNs } = report;
    if (facts.platformReportedInitNs !== null || facts.platformRestoreNs !== null) return report;
    const startedMs = Number(seenNs) / nsPerMs;
    const endedMs = startedMs + Number(facts.platformDurationNs ?? 0n) / nsPerMs;
    const rerun = this.#reruns.find(
      (one) => one.endedMs - one.durationMs >= startedMs - clockMs && one.endedMs <= endedMs + clockMs,
    );
    if (rerun !== undefined) {
      return {
        ...report,
        facts: {
          ...facts,
          ...{ platformStartKind: 'cold', platformIsCertain: 1, platformInitInside: 1 },
          platformReportedInitNs: msToNs(rerun.durationMs),
          platformStatus: facts.platformStatus ?? statusOf(rerun.status),
          platformErrorType: facts.platformErrorType ?? errorTypeOf(rerun.errorType),
        },
      };
    }
    const failed = this.#failed.find(
      (one) =>
        (one.invocationId ?? invocationId) === invocationId &&
        startedMs >= one.endedMs - clockMs &&
        startedMs <= one.endedMs + handOverMs,
    );
    if (failed === undefined) return report;
    failed.invocationId = kept(invocationId);
    return { ...report, facts: { ...facts, platformStartKind: 'cold', platformIsCertain: 0, platformInitInside: 1 } };
  }
}

/** What is told twice is known once. */
const remember = <Again extends AgainBase>(all: Again[], one: Again): void => {
  if (all.some(({ endedMs }) => endedMs === one.endedMs)) return;
  if (all.push(one) > mostRemembered) all.shift();
};
