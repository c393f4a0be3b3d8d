/** What an import has found, added up chunk by chunk. */
import { type UnknownCount, UnknownRecords } from '../model/unknown-records.ts';
import { printable } from '../printable.ts';
import { DistinctCount } from './distinct.ts';
import type { ChunkRead } from './messages.ts';

export interface ImportSummary {
  files: number;
  /** Names of files that are stored already, and were left alone. */
  alreadyImported: string[];
  /** Names of files that an import before had begun. */
  continued: string[];
  bytes: number;
  /** Lines, events, entries and spans that were looked at. */
  read: number;
  recognised: number;
  /** How many were of each format, by its name; of some of them nothing could be told. */
  formats: Record<string, number>;
  /** That were told of. */
  invocations: number;
  /** That figure is within 1 %. */
  isEstimate: boolean;
  /** What its invocations lie within, by the hour: from the first one's beginning to the last one's end; `null` = there are none. */
  times: { sinceMs: number; untilMs: number } | null;
  /** Examples are one printable line each. */
  unknown: UnknownCount[];
  /** What of which file could not be read. */
  damaged: { name: string; what: string }[];
  seconds: number;
  /** It was ended before it was done. */
  isStopped: boolean;
}

/** Of files that could not be read, so many are named: archives may hold any number of them. */
const mostDamaged = 100;
const hourMs = 3_600_000;

export class Tally {
  files = 0;
  readonly alreadyImported: string[] = [];
  readonly continued: string[] = [];
  bytes = 0;
  read = 0;
  readonly #formats: Record<string, number> = {};
  #firstHour = Number.POSITIVE_INFINITY;
  #lastHour = Number.NEGATIVE_INFINITY;
  readonly #unknown = new UnknownRecords();
  readonly #invocations = new DistinctCount();
  readonly #damaged: { name: string; what: string }[] = [];
  #notNamed = 0;

  noteDamage(name: string, what: string): void {
    if (this.#damaged.length < mostDamaged) this.#damaged.push({ name, what });
    else this.#notNamed += 1;
  }

  count({ records, unknown, byFormat, invocations, rows }: ChunkRead): void {
    this.read += records;
    for (const hour of rows?.hours ?? []) {
      this.#firstHour = Math.min(this.#firstHour, hour);
      this.#lastHour = Math.max(this.#lastHour, hour);
    }
    this.#unknown.addAll(unknown);
    this.#invocations.add(invocations);
    for (const [name, count] of Object.entries(byFormat)) this.#formats[name] = (this.#formats[name] ?? 0) + count;
  }

  summary(seconds: number, isStopped: boolean): ImportSummary {
    const { files, alreadyImported, continued, bytes, read } = this;
    const more = { name: `${this.#notNamed} more`, what: 'could not be read either' };
    return {
      ...{ files, alreadyImported, continued, bytes, read, seconds, isStopped },
      recognised: read - this.#unknown.count,
      formats: this.#formats,
      invocations: this.#invocations.count,
      isEstimate: !this.#invocations.isExact,
      times:
        this.#lastHour < this.#firstHour
          ? null
          : { sinceMs: this.#firstHour * hourMs, untilMs: (this.#lastHour + 1) * hourMs },
      unknown: this.#unknown.list().map((one) => ({ ...one, examples: one.examples.map((text) => printable(text)) })),
      damaged: this.#notNamed === 0 ? this.#damaged : [...this.#damaged, more],
    };
  }
}
