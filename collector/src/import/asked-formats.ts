/** Asks the formats whose each record is: the one that fitted last first, because files are seldom mixed. */
import type { Telling } from '../model/telling.ts';
import { exampleOf } from '../platforms/fields.ts';
import type { LogFormat, Place, RecordReader } from '../platforms/format.ts';
import { exampleBytes } from './chunk.ts';
import { mayGoOn } from './json-walk.ts';

/** How many records each format had. */
export type FormatCounts = Record<string, number>;

export interface Reading {
  formats: readonly LogFormat[];
  place: Place;
  into: Telling;
}

const carriageReturn = 0x0d;
const space = 0x20;
/** Lines of text begin with `[INFO]` or `[2026-11-22 10:00]`. */
const beginsJson = /^\s*(\{|\[\s*([[{"\]]|$))/;

/** Of one file. */
export class AskedFormats {
  #counts: FormatCounts = {};
  readonly #reading: Reading;
  readonly #readers = new Map<LogFormat, RecordReader>();
  #lastOfLines: LogFormat | undefined;
  #lastReader: RecordReader | undefined;
  /** Of the table whose head was last. */
  #table: LogFormat | undefined;
  #lastOfValues: LogFormat | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  takeCounts(): FormatCounts {
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }

  /** Lines as long as the format of the last one takes them as they are. @returns where the first one is that it does not */
  lines(bytes: Uint8Array, latin1: string, from: number): number {
    const reader = this.#lastReader;
    if (reader?.lines === undefined || reader.isInside === true) return from;
    const before = this.#reading.into.records;
    const end = reader.lines(bytes, latin1, from);
    this.#countFor(this.#lastOfLines as LogFormat, before);
    return end;
  }

  /** @param isLast it has no end of line, so it may be half a line */
  line(whole: string, isLast: boolean): void {
    const text = whole.charCodeAt(whole.length - 1) === carriageReturn ? whole.slice(0, -1) : whole;
    if (this.#lastReader?.isInside === true) {
      this.#readLine(this.#lastOfLines as LogFormat, text, isLast);
      return;
    }
    if (text.charCodeAt(0) <= space && text.trim() === '') return;
    if (text === '' || this.#tookLine(text, isLast)) return;
    if (beginsJson.test(text)) this.json(text, isLast);
    else this.notKnown('not of the platform', text);
  }

  #tookLine(text: string, isLast: boolean): boolean {
    const known = this.#lastOfLines?.isLine(text) ? this.#lastOfLines : this.#find((one) => one.isLine(text));
    const format = known ?? this.#table;
    if (format === undefined) return false;
    this.#lastOfLines = format;
    this.#lastReader = this.#readLine(format, text, isLast);
    if (this.#lastReader?.hasHead === true) this.#table = format;
    return true;
  }

  /** @param isLast as in {@link line} */
  json(text: string, isLast = false): void {
    let value: unknown;
    try {
      value = JSON.parse(text) as unknown;
    } catch {
      // Some platforms write what is nearly JSON.
      if (this.#tookLine(text, isLast)) return;
      this.notKnown(mayGoOn(text) ? 'cut off' : 'not JSON', text);
      return;
    }
    this.#value(value, text);
  }

  notUtf8(bytes: Buffer): void {
    this.notKnown('not UTF-8', bytes.toString('latin1', 0, exampleBytes));
  }

  /** There are no more records. */
  end(): void {
    for (const reader of this.#readers.values()) reader.end?.();
  }

  notKnown(reason: Parameters<Telling['notKnown']>[0], example: string): void {
    const { into } = this.#reading;
    into.records += 1;
    into.notKnown(reason, example);
  }

  #value(value: unknown, text: string): void {
    // First one by one: formats may be mixed in an array.
    if (Array.isArray(value) && this.#tookSome(value)) return;
    if (this.#took(value, text)) return;
    if (Array.isArray(value)) {
      for (const one of value) this.notKnown('unknown shape', exampleOf(one));
      return;
    }
    // Many tools put the records into an array of an object, and call it as they like.
    const lists = typeof value === 'object' && value !== null ? Object.values(value).filter(Array.isArray) : [];
    if (!lists.some((list) => this.#tookSome(list))) this.notKnown('unknown shape', text);
  }

  /** Where none is of any format, nothing is counted. */
  #tookSome(values: readonly unknown[]): boolean {
    const isTaken = values.map((one) => this.#took(one));
    const isAny = isTaken.includes(true);
    if (isAny)
      for (const [at, isIt] of isTaken.entries()) if (!isIt) this.notKnown('unknown shape', exampleOf(values[at]));
    return isAny;
  }

  #took(value: unknown, text?: string): boolean {
    const format = this.#lastOfValues?.isRecord(value) ? this.#lastOfValues : this.#find((one) => one.isRecord(value));
    if (format === undefined) return false;
    this.#lastOfValues = format;
    const reader = this.#readerOf(format);
    const before = this.#reading.into.records;
    reader.record(value, text);
    this.#countFor(format, before);
    return true;
  }

  #find(fits: (format: LogFormat) => boolean): LogFormat | undefined {
    return this.#reading.formats.find(fits);
  }

  #readLine(format: LogFormat, text: string, isLast: boolean): RecordReader {
    const reader = this.#readerOf(format);
    const before = this.#reading.into.records;
    reader.line(text, isLast);
    this.#countFor(format, before);
    return reader;
  }

  #readerOf(format: LogFormat): RecordReader {
    let reader = this.#readers.get(format);
    if (reader === undefined) {
      reader = format.reader(this.#reading.place, this.#reading.into);
      this.#readers.set(format, reader);
    }
    return reader;
  }

  #countFor({ name }: LogFormat, before: number): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + this.#reading.into.records - before;
  }
}
