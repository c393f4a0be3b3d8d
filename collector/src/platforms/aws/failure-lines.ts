/**
 * Lines in which Lambda says of an invocation that it failed, beside the status in its report. A function may write anything
 * that looks like one, also its own words behind the id of its request: what is not exactly as Lambda writes it is none.
 */
import { spacesEnd, wordEnd } from './fields-of-line.ts';
import { idLength } from './report-line.ts';
import type { Timestamp } from './timestamps.ts';

export interface Failure {
  readonly invocationId: string;
  readonly status: 'error' | 'timeout';
  /** '' = not told. */
  readonly errorType: string;
  /** As the line itself says; NaN = it does not. */
  readonly atMs: number;
}

const requestId = 'RequestId: ';
const timedOut = ' Task timed out after ';
/** The line of a timeout has a time of its own, which not all tools leave in it. */
const stampLength = '2026-11-22T10:00:03.005Z '.length;

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;
/** To the end: with more behind it, it is a function's. */
const seconds = /^\d{1,6}\.\d{2} seconds\s*$/;

/** What Lambda writes behind the id of a request, and what that says of it. */
const endings: readonly (readonly [text: string, status: Failure['status']])[] = [
  [' Error: Runtime exited with', 'error'], // "with error: exit status 1", "with error: signal: killed", "without providing a reason"
  [' Error: fork/exec /', 'error'],
  [" Error: Couldn't find valid bootstrap(s): ", 'error'],
  [' Error: exit status ', 'error'], // of an extension
  [' Error: signal: ', 'error'],
  [' Error: Task timed out after ', 'timeout'],
  [' Process exited before completing request', 'error'],
];

/** What stands alone in the line behind one of those: who failed, and how. */
const errorType = /^(?:Runtime|Extension|Sandbox)\.[A-Z][A-Za-z]{1,60}$/;
const dot = 0x2e;
/** Where that has its dot. */
const [dotAt, otherDotAt] = ['Runtime'.length, 'Extension'.length];

/** @returns '' for any other text */
export const errorTypeIn = (text: string): string => {
  const type = text.trimEnd();
  return errorType.test(type) ? type : '';
};

/** Lines of failures that no head tells. @returns whether it is one: a timeout, or the type of the failure in the line before */
export const isFailure = (line: string, from: number): boolean =>
  timeoutAt(line, from) !== -1 ||
  ((line.charCodeAt(from + dotAt) === dot || line.charCodeAt(from + otherDotAt) === dot) &&
    errorTypeIn(line.slice(from)) !== '');

/** @returns `null` for any other line */
export const failureIn = (message: string, timestamp: Timestamp): Failure | null =>
  message.startsWith(requestId) ? exitIn(message) : timeoutIn(message, timestamp);

/** `RequestId: <id> Error: Runtime exited with error: exit status 1`, and its type in the next line. */
const exitIn = (message: string): Failure | null => {
  const end = wordEnd(message, requestId.length);
  const invocationId = message.slice(requestId.length, end);
  const ending = endings.find(([text]) => message.startsWith(text, end));
  if (ending === undefined || !uuid.test(invocationId)) return null;
  const typeAt = message.indexOf('\n') + 1;
  return {
    invocationId,
    status: ending[1],
    errorType: typeAt === 0 ? '' : errorTypeIn(message.slice(typeAt, wordEnd(message, typeAt))),
    atMs: Number.NaN,
  };
};

/** `2026-11-22T10:00:03.005Z <id> Task timed out after 3.00 seconds`, of which the time may have been read already. */
const timeoutIn = (message: string, timestamp: Timestamp): Failure | null => {
  const idAt = timeoutAt(message, 0);
  if (idAt === -1) return null;
  // Nothing else than a time is so long and stands before it.
  const hasTime = idAt > 0;
  if (hasTime && !(timestamp.read(message, 0) && spacesEnd(message, timestamp.end) === idAt)) return null;
  return {
    invocationId: message.slice(idAt, idAt + idLength),
    status: 'timeout',
    errorType: '',
    atMs: hasTime ? timestamp.ms : Number.NaN,
  };
};

/** @returns where its id is, -1 = it is none */
const timeoutAt = (text: string, from: number): number => {
  let idAt = from;
  if (!text.startsWith(timedOut, idAt + idLength)) idAt += stampLength;
  if (!text.startsWith(timedOut, idAt + idLength)) return -1;
  const isWhole = seconds.test(text.slice(idAt + idLength + timedOut.length));
  return isWhole && uuid.test(text.slice(idAt, idAt + idLength)) ? idAt : -1;
};
