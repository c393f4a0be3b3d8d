/** What the readers of platforms' telemetry have in common. */
import type { Telling } from '../model/telling.ts';

/** Where records are from, as far as they do not say so themselves. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
  /** Of which function, where a record names neither it nor a log group. */
  readonly functionName?: string;
  /** Functions by their log groups, where those are named as somebody liked. */
  readonly functionOfGroup?: Readonly<Record<string, string>>;
  /** Of which stream of a log, where a path or a request says so and lines do not. */
  readonly logStream?: string;
}

/**
 * Takes the records of one file or one body, in their order. What tells nothing is counted, never thrown. A file may be of any
 * length: what a reader remembers of it is bounded, and no text that it keeps is a part of a longer one (see `kept`).
 */
export interface RecordReader {
  /** A whole JSON value. @param text as it was written, where that is at hand: an example, should it tell nothing */
  record(value: unknown, text?: string): void;
  /** A line of text without its end. @param isOpen it has none: the last of its file, which may be half a line */
  line(line: string, isOpen?: boolean): void;
  /** The next line is a part of what the last one began, whatever it looks like. */
  readonly isInside?: boolean;
  /** It has had the head of a table: lines that nobody knows are rows of it. */
  readonly hasHead?: boolean;
  /**
   * Reads whole lines for as long as it can tell them by their bytes, which is faster.
   * @param text the same as Latin-1: a place in it is a place in the bytes
   * @returns where the first line begins that it leaves to {@link line}; the end of the bytes where it leaves none
   */
  lines?(bytes: Uint8Array, text: string, from: number): number;
  /** There are no more records: what still waits for one is counted. */
  end?(): void;
}

/** A form in which a platform's records come one by one, from wherever: imports and endpoints read them alike. */
export interface LogFormat {
  /** As `--format` takes it. */
  readonly name: string;
  /** What a person calls it. */
  readonly title: string;
  /** By its shape alone; of several formats the first that says so is taken. */
  isRecord(value: unknown): boolean;
  isLine(line: string): boolean;
  reader(place: Place, into: Telling): RecordReader;
}

/**
 * Reads a request's whole body.
 * @throws {@link NotOfFormat} for one that is not what its endpoint takes
 */
export type ReadBody = (body: Uint8Array, place: Place, into: Telling) => void;

/** A body as a whole is not what its endpoint takes; the message says what it should be. Becomes status 400. */
export class NotOfFormat extends Error {
  override readonly name = 'NotOfFormat';
}
