/**
 * Lambda's log, event by event: what the platform writes between the lines of the function, as text or as JSON. Every line becomes
 * a report of its own, so their order does not matter, but for an init that ran again: see init-again.ts.
 */
import type { Telling } from '../../model/telling.ts';
import { at, exampleOf, nameAt, named, textAt } from '../fields.ts';
import type { Place } from '../format.ts';
import { isAgentLine, readAgentLine, readAgentValue } from './agent-lines.ts';
import { errorTypeIn, type Failure, failureIn } from './failure-lines.ts';
import { LineFields, wordEnd } from './fields-of-line.ts';
import { isWholeReport, isWholeVersion, type LogEvent } from './log-event.ts';
import { type LogSource, LogSources, type SourceRoom } from './log-sources.ts';
import { hearEvent, noteInit, tellBegun, tellFailure, tellReport, tellStarted } from './platform-events.ts';
import { idLength, ReportLine } from './report-line.ts';
import { runtimeIn } from './runtimes.ts';
import { Timestamp, timestampMs } from './timestamps.ts';

/** A failure of which the next line may tell the type. */
interface Untyped {
  readonly event: LogEvent;
  readonly failure: Failure;
}

type Line = (log: LambdaLog, event: LogEvent, from: number) => void;

const letterR = 0x52;
const brace = 0x7b;
const reportHead = 'REPORT RequestId: ';

/** What the platform's other lines begin with, by the frequency of them. */
const lines: readonly (readonly [head: string, read: Line])[] = [
  ['START RequestId: ', (log, event, from) => log.started(event, from)],
  ['END RequestId: ', () => undefined],
  ['INIT_START ', (log, event, from) => log.initStarted(event, from)],
  ['INIT_REPORT ', (log, event, from) => log.initReported(event, from)],
  ['RESTORE_START ', (log, event, from) => log.restoreStarted(event, from)],
  ['RESTORE_REPORT ', () => undefined],
  ['RequestId: ', (log, event) => log.failed(event)],
  ['XRAY TraceId: ', () => undefined],
  ['EXTENSION\tName: ', () => undefined],
  ['TELEMETRY\tName: ', () => undefined],
  ['LOGS\tName: ', () => undefined],
];

/** Whether the platform has written it, by its beginning. */
export const isPlatformLine = (line: string, from: number): boolean =>
  line.startsWith(reportHead, from) || lines.some(([head]) => line.startsWith(head, from));

/** Of which function an event says that it is; few do. */
const functionIn = (record: unknown): string | undefined =>
  nameAt(record, 'functionName') ?? (nameAt(record, 'functionArn')?.split(':')[6] || undefined);

export class LambdaLog {
  readonly #into: Telling;
  readonly #sources: LogSources;
  readonly #fields = new LineFields();
  readonly #timestamp = new Timestamp();
  readonly #reportLine = new ReportLine();
  /** In the line before. */
  #untyped: Untyped | undefined;

  constructor(place: Place, into: Telling, room?: SourceRoom) {
    this.#into = into;
    this.#sources = new LogSources(place, room);
  }

  /** REPORT lines as they follow each other; see {@link RecordReader.lines}. */
  reports(bytes: Uint8Array, text: string, from: number): number {
    const source = this.#sources.of('', undefined);
    const into = this.#into;
    const line = this.#reportLine;
    let at = from;
    while (source !== null && line.read(bytes, at)) {
      into.records += 1;
      const example = text.slice(line.messageAt, line.end - 1);
      tellReport({ source, atMs: line.atMs, into, example }, text.slice(line.idAt, line.idAt + idLength), line);
      at = line.end;
    }
    if (at > from) this.#untyped = undefined;
    return at;
  }

  event(event: LogEvent): void {
    this.#into.records += 1;
    const { message } = event;
    const code = message.charCodeAt(0);
    const untyped = this.#untyped;
    this.#untyped = undefined;
    if (code === letterR && message.startsWith(reportHead)) this.#reported(event);
    else if (code === brace) this.#json(event);
    else this.#line(event, untyped);
  }

  /** An event of the Telemetry API, or a line of JSON that has been parsed. Counts no record. */
  value(value: unknown, event: LogEvent): void {
    const type = textAt(value, 'type') ?? '';
    if (!type.startsWith('platform.') && readAgentValue(value, this.#into)) return;
    const { functionName, stream } = event;
    const toldMs = timestampMs(at(value, 'time'));
    const atMs = Number.isNaN(toldMs) ? event.atMs : toldMs;
    const message = event.message || exampleOf(value);
    const record = at(value, 'record');
    hearEvent({ type, record, atMs, example: message, into: this.#into }, () =>
      this.#source({ functionName, stream, message, atMs }, functionIn(record)),
    );
  }

  started(event: LogEvent, from: number): void {
    const { message } = event;
    const end = wordEnd(message, from);
    const versionAt = message.indexOf('Version: ', end);
    const version = versionAt === -1 ? '' : message.slice(versionAt + 9, wordEnd(message, versionAt + 9));
    const source = this.#source(event);
    if (source === null) return;
    if (end === from || version === '') this.#cutOff(message);
    else
      tellStarted(
        this.#heard(event, source),
        named(message.slice(from, end)),
        isWholeVersion(event, version) ? named(version) : undefined,
      );
  }

  initStarted(event: LogEvent, from: number): void {
    const source = this.#learnRuntime(event, from);
    if (source !== null) tellBegun(source, event.atMs, this.#into, event.message);
  }

  restoreStarted(event: LogEvent, from: number): void {
    this.#learnRuntime(event, from);
  }

  initReported(event: LogEvent, from: number): void {
    const fields = this.#fields;
    fields.read(event.message, from);
    // Where it is open, nothing comes behind it that it could tell of.
    if (this.#isUnreadable(event, event.isOpen === true)) return;
    const source = this.#source(event);
    const { init: durationMs, phase, status, errorType } = fields;
    if (source !== null) noteInit(source, { atMs: event.atMs, durationMs, phase, status, errorType });
  }

  failed(event: LogEvent): void {
    const { message } = event;
    const failure = failureIn(message, this.#timestamp);
    if (failure === null) {
      this.#into.notKnown(event.isOpen === true ? 'cut off' : 'not of the platform', message);
      return;
    }
    if (failure.errorType === '') this.#untyped = { event, failure };
    this.#tellFailure(event, failure);
  }

  #tellFailure(event: LogEvent, failure: Failure): void {
    const source = this.#source(event);
    if (source === null) return;
    const atMs = Number.isNaN(event.atMs) ? failure.atMs : event.atMs;
    tellFailure(this.#heard({ ...event, atMs }, source), failure.invocationId, failure);
  }

  #reported(event: LogEvent): void {
    const { message } = event;
    const end = wordEnd(message, reportHead.length);
    const fields = this.#fields;
    fields.read(message, end);
    if (this.#isUnreadable(event, !isWholeReport(event) || Number.isNaN(fields.duration))) return;
    const source = this.#source(event);
    if (source === null) return;
    if (end === reportHead.length) this.#into.notKnown('no invocation id', message);
    else tellReport(this.#heard(event, source), named(message.slice(reportHead.length, end)), fields);
  }

  /** What was read of it are no figures, or not all of them. */
  #isUnreadable({ message }: LogEvent, isOpen: boolean): boolean {
    const { isStrange, isCut } = this.#fields;
    if (isStrange) this.#into.notKnown('unreadable figure', message);
    else if (isCut || isOpen) this.#cutOff(message);
    return isStrange || isCut || isOpen;
  }

  #line(event: LogEvent, untyped: Untyped | undefined): void {
    const { message } = event;
    const known = lines.find(([head]) => message.startsWith(head));
    if (known !== undefined) known[1](this, event, known[0].length);
    else if (untyped !== undefined && event.isOpen !== true && errorTypeIn(message) !== '')
      this.#tellFailure(untyped.event, { ...untyped.failure, errorType: errorTypeIn(message) });
    else this.failed(event);
  }

  #json(event: LogEvent): void {
    const { message } = event;
    if (isAgentLine(message)) {
      readAgentLine(message, this.#into);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(message);
    } catch {
      // A function may write what it likes.
      this.#into.notKnown(message.includes('"platform.') ? 'cut off' : 'not of the platform', message);
      return;
    }
    this.value(value, event);
  }

  #learnRuntime(event: LogEvent, from: number): LogSource | null {
    const { message } = event;
    const source = this.#source(event);
    // Half a version is another one.
    const runtime = event.isOpen === true ? undefined : runtimeIn(message, from);
    if (source === null) return null;
    if (runtime !== undefined) source.learn({ runtime });
    return source;
  }

  #source({ functionName, stream, message }: LogEvent, hint?: string): LogSource | null {
    const source = this.#sources.of(functionName, stream, hint);
    if (source === null) this.#into.notKnown('no function', message);
    return source;
  }

  #heard({ atMs, message }: LogEvent, source: LogSource): Parameters<typeof tellReport>[0] {
    return { source, atMs, into: this.#into, example: message };
  }

  #cutOff(message: string): void {
    this.#into.notKnown('cut off', message);
  }
}
