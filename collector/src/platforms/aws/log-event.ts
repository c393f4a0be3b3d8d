/**
 * An event of a log, and what is certain of one that may be half a line: a file that is still written, or was cut, ends in the
 * middle of one, and half a line looks like a whole one that says something else.
 */

/** An event of a log. */
export interface LogEvent {
  readonly message: string;
  /** Milliseconds since 1970; NaN = not told. */
  readonly atMs: number;
  /** '' = not told. */
  readonly functionName: string;
  /** `undefined` = as its place says. */
  readonly stream: string | undefined;
  /** It may be half a line: its file ends with it, and it has no end of line. */
  readonly isOpen?: boolean;
}

/**
 * What a REPORT ends with where X-Ray is on. Without it nobody can know that an open one is whole: each of its fields may be the
 * last, and each ends in a tab, but what is missing would make a warm start of a cold one, or a success of a failure.
 */
const lastOfReport = /\sSampled: (?:true|false)\s*$/;

export const isWholeReport = ({ message, isOpen = false }: LogEvent): boolean => !isOpen || lastOfReport.test(message);

/** Other versions are numerals, of which half is another one. @param version that ends a line */
export const isWholeVersion = ({ isOpen = false }: LogEvent, version: string): boolean =>
  !isOpen || version === '$LATEST';
