/**
 * What came in, before it becomes rows: spans, what platforms reported of invocations and of instances, and what nobody here
 * could read. Whatever reads a format fills one of these; nothing that it holds says who was believed.
 */

import { overflowOf, toldFunction } from './invocation/facts.ts';
import type { InstanceStart } from './invocation/instance-start.ts';
import type { Report } from './invocation/partial.ts';
import type { Admission } from './known-functions.ts';
import { type DecodedSpan, overflowName } from './span.ts';
import { isBelievable } from './time.ts';
import { type UnknownReason, UnknownRecords } from './unknown-records.ts';

/** What becomes rows. */
export interface Told {
  readonly spans: readonly DecodedSpan[];
  readonly reports: readonly Report[];
  readonly starts: readonly InstanceStart[];
}

export class Telling implements Told {
  readonly spans: DecodedSpan[] = [];
  readonly reports: Report[] = [];
  readonly starts: InstanceStart[] = [];
  readonly unknown = new UnknownRecords();
  /** Spans, lines, events or entries that were looked at, and those that a platform says it has dropped. */
  records = 0;
  /** Spans without valid ids among them. */
  invalid = 0;
  readonly #receivedMs: number;

  /** @param receivedMs times much before or after it are not believed */
  constructor(receivedMs: number) {
    this.#receivedMs = receivedMs;
  }

  /** For what happened just now and does not say when. */
  get receivedNs(): bigint {
    return BigInt(this.#receivedMs) * 1_000_000n;
  }

  /** Times that cannot be true are not guessed: what bears one is unknown. @param example of its record */
  report(report: Report, example: string): void {
    if (isBelievable(report.seenNs, this.#receivedMs)) this.reports.push(report);
    else this.notKnown('wrong time', example);
  }

  start(start: InstanceStart, example: string): void {
    if (isBelievable(start.startedNs, this.#receivedMs)) this.starts.push(start);
    else this.notKnown('wrong time', example);
  }

  get isEmpty(): boolean {
    return this.spans.length === 0 && this.reports.length === 0 && this.starts.length === 0;
  }

  /** Adds what another one holds; functions that are not admitted are kept together under one name. */
  addAll({ spans, reports, starts }: Told, admission: Admission): void {
    for (const span of spans) {
      if (!admission.admits(toldFunction(span))) span.isOverflow = true;
      this.spans.push(span);
    }
    for (const report of reports) {
      this.reports.push(
        admission.admits(report.of) ? report : { ...report, of: overflowOf(report.of), functionName: overflowName },
      );
    }
    // Who waited for a start of such a function cannot be told any more.
    for (const start of starts) if (admission.admits(start.of)) this.starts.push(start);
  }

  /** Forgets all of it: a reader that holds this one goes on with the next part of its file. */
  clear(): void {
    this.spans.length = 0;
    this.reports.length = 0;
    this.starts.length = 0;
    this.unknown.clear();
    this.records = 0;
    this.invalid = 0;
  }

  /** @param example outside text, cut and made harmless where it is shown */
  notKnown(reason: UnknownReason, example: string, count = 1): void {
    this.unknown.add(reason, example, count);
  }
}
