/** A part of a file: whole records, and where each begins and ends. The same file always gives the same chunks. */

/** What a piece of a chunk is. From `group` on: some elements of an array, and which of the chunk's openings is theirs. */
export const pieceKinds = {
  /** Whole lines of text, each with its end. */
  lines: 0,
  /** What a file ends with that has no end of line. */
  lastLine: 1,
  /** One JSON value. */
  value: 2,
  /** The beginning of what is too long to be read. */
  tooLong: 3,
  /** The beginning of a JSON value that ends in the middle. */
  cutOff: 4,
  group: 5,
} as const;

/** What stands before the elements of an array, and behind them, so that some of them are a value of the same shape. */
export interface Opening {
  before: Uint8Array;
  after: string;
}

export interface Chunk {
  /** In memory of its own, which can be handed to another thread. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Of each piece: its kind, where in the bytes it begins, where it ends. */
  pieces: Int32Array<ArrayBuffer>;
  openings: readonly Opening[];
}

/** A line that is longer is left out. */
export const maxLineBytes = 1024 * 1024;
/** A JSON value that is longer, and has no array whose elements are records, is left out: the file exporter writes 8,192 spans a line. */
export const maxValueBytes = 16 * 1024 * 1024;
/** What stands for what is too long. */
export const exampleBytes = 200;
