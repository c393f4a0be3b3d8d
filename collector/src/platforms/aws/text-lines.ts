/**
 * Lines of Lambda's log as tools print them, with time and stream in front of what was written:
 *
 *   2026-11-22T10:00:00.123Z REPORT ...                                    S3 export tasks; the stream is in the file's path
 *   2026-11-22T10:00:00.123000+00:00 2026/11/22/[$LATEST]5ab... REPORT ... `aws logs tail`, with --format short without a stream
 *   2026/11/22/[$LATEST]5ab... 2026-11-22T10:00:00.123000 REPORT ...       `sam logs`
 *   EVENTS \t 3817... \t 1763805600500 \t 2026/11/22/[$LATEST]5ab... \t REPORT ... \n \t 1763805600123
 *                                                                          `aws logs filter-log-events --output text`
 */
import type { Telling } from '../../model/telling.ts';
import { OversizedBody } from '../../reading/limits.ts';
import { kept } from '../fields.ts';
import type { Place, RecordReader } from '../format.ts';
import { Envelopes } from './envelopes.ts';
import { errorTypeIn, isFailure } from './failure-lines.ts';
import { spacesEnd, wordEnd } from './fields-of-line.ts';
import { isPlatformLine, type LambdaLog } from './lambda-log.ts';
import { Timestamp } from './timestamps.ts';

const tab = 0x09;
const slash = 0x2f;
const zero = 0x30;
const eventsHead = 'EVENTS\t';
/** Milliseconds since 1970 have so many digits until the year 2286. */
const msDigits = 13;

/** What stands in front of a line's message. */
class Prefix {
  readonly #timestamp = new Timestamp();
  atMs = Number.NaN;
  stream: string | undefined;
  /** Where the message begins. */
  end = 0;
  /** Whose prefix it is: a line is first asked whether it is one of Lambda's, and then read. */
  #line = '';

  read(line: string): void {
    if (line === this.#line) return;
    this.#line = line;
    this.atMs = Number.NaN;
    this.stream = undefined;
    this.end = 0;
    // Nothing else in front begins with a digit.
    const first = line.charCodeAt(0) - zero;
    if (!(first >= 0 && first <= 9)) return;
    this.#readStream(line);
    if (!this.#timestamp.read(line, this.end)) return;
    const { end } = this.#timestamp;
    const messageAt = spacesEnd(line, end);
    if (messageAt === end && end < line.length) return;
    this.atMs = this.#timestamp.ms;
    this.end = messageAt;
    if (this.stream === undefined) this.#readStream(line);
  }

  #readStream(line: string): void {
    const { end } = this;
    if (line.charCodeAt(end + 4) !== slash || line.charCodeAt(end + 7) !== slash) return;
    const streamEnd = wordEnd(line, end);
    const open = line.indexOf('[', end);
    if (open === -1 || open > streamEnd) return;
    this.stream = line.slice(end, streamEnd);
    this.end = spacesEnd(line, streamEnd);
  }
}

/** Of the line that was looked at last. */
const shared = new Prefix();

/** A line that Lambda's log has, however it was printed. */
export const isLambdaLine = (line: string): boolean => {
  if (line.startsWith(eventsHead)) return true;
  shared.read(line);
  const { end } = shared;
  // The console's copies have a time alone in front of each message.
  if (end === line.length) return !Number.isNaN(shared.atMs);
  return isPlatformLine(line, end) || jsonHeads.some((head) => line.startsWith(head, end)) || isFailure(line, end);
};

/** Of the platform's lines in JSON, as Lambda writes them, and of the agent's. */
const jsonHeads = ['{"time":"', '{"coldlens":'];

/** An event of which the time comes in a later line. */
interface Waiting {
  readonly message: string;
  readonly stream: string | undefined;
}

export class TextLines implements RecordReader {
  readonly #into: Telling;
  readonly #envelopes: Envelopes;
  readonly #log: LambdaLog;
  #waiting: Waiting | undefined;
  /** Of the line before, where that was all of it. */
  #aloneMs = Number.NaN;

  constructor(place: Place, into: Telling) {
    this.#into = into;
    this.#envelopes = new Envelopes(place, into);
    this.#log = this.#envelopes.logOf('');
  }

  get isInside(): boolean {
    return this.#waiting !== undefined;
  }

  record(value: unknown, text?: string): void {
    this.#envelopes.renew();
    try {
      this.#envelopes.read(value, text);
    } catch (error) {
      if (!(error instanceof OversizedBody)) throw error;
      this.#into.notKnown('too long', error.message);
    }
  }

  line(line: string, isOpen = false): void {
    if (this.#waiting !== undefined && this.#isAnswered(line)) return;
    if (line.startsWith(eventsHead)) {
      this.#events(line);
      return;
    }
    shared.read(line);
    const { atMs, stream, end } = shared;
    if (end === line.length) {
      // Nothing but a time is that of the lines that follow.
      if (end > 0) this.#aloneMs = atMs;
      return;
    }
    if (!Number.isNaN(atMs)) this.#aloneMs = Number.NaN;
    const event = {
      message: end === 0 ? line : line.slice(end),
      atMs: Number.isNaN(atMs) ? this.#aloneMs : atMs,
      functionName: '',
      stream,
    };
    this.#log.event(isOpen ? { ...event, isOpen } : event);
  }

  lines(bytes: Uint8Array, text: string, from: number): number {
    const end = this.#log.reports(bytes, text, from);
    // They have times of their own.
    if (end > from) this.#aloneMs = Number.NaN;
    return end;
  }

  end(): void {
    if (this.#waiting !== undefined) this.#giveUp(this.#waiting);
  }

  /** Behind its head ids and times; then the stream, where there is one; then the message, and its time in the line where it ends. */
  #events(line: string): void {
    const fields = line.split('\t');
    let begin = 1;
    while (begin < fields.length && isNumeral(fields[begin] as string)) begin += 1;
    const stream = fields[begin]?.includes('[') ? fields[begin++] : undefined;
    const last = fields.at(-1) ?? '';
    const isWhole = begin < fields.length - 1 && isMs(last);
    const message = fields.slice(begin, isWhole ? -1 : undefined).join('\t');
    if (isWhole) this.#log.event({ message, atMs: Number(last), functionName: '', stream });
    else this.#waiting = { message: kept(message), stream };
  }

  /** @returns whether the line belongs to the event that waits */
  #isAnswered(line: string): boolean {
    const waiting = this.#waiting as Waiting;
    if (isOther(line)) {
      this.#giveUp(waiting);
      return false;
    }
    const { stream } = waiting;
    const last = line.slice(line.lastIndexOf('\t') + 1);
    if (line.charCodeAt(line.length - last.length - 1) === tab && isMs(last)) {
      this.#waiting = undefined;
      const errorType = errorTypeIn(line.slice(0, -last.length - 1));
      const message = errorType === '' ? waiting.message : `${waiting.message}\n${errorType}`;
      this.#log.event({ message, atMs: Number(last), functionName: '', stream });
    }
    return true;
  }

  #giveUp({ message }: Waiting): void {
    this.#waiting = undefined;
    this.#into.records += 1;
    this.#into.notKnown('cut off', message);
  }
}

/** It begins an event of its own, whatever became of the one before. */
const isOther = (line: string): boolean => isLambdaLine(line) && !line.startsWith('XRAY ');

const isNumeral = (text: string): boolean => /^\d+$/.test(text);
const isMs = (text: string): boolean => text.length === msDigits && isNumeral(text);
