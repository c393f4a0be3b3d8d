/**
 * Bodies of requests: one JSON value, or one a line. Nothing in them is refused, for Pub/Sub sends what was refused again and
 * again: what cannot be read is counted.
 */
import type { Telling } from '../../model/telling.ts';
import { checkJsonShape } from '../../reading/json-shape.ts';
import { MalformedBody, OversizedBody } from '../../reading/limits.ts';
import type { ReadBody, RecordReader } from '../format.ts';
import { cloudLoggingReader } from './reader.ts';

const newline = 0x0a;
const shown = 200;

/** @returns whether it was JSON */
const readJson = (bytes: Uint8Array, reader: RecordReader): boolean => {
  let value: unknown;
  try {
    checkJsonShape(bytes);
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return false;
  }
  reader.record(value);
  return true;
};

const isUnreadable = (error: unknown): boolean =>
  error instanceof SyntaxError ||
  error instanceof TypeError ||
  error instanceof MalformedBody ||
  error instanceof OversizedBody;

const linesOf = function* (body: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf(newline, from);
    const line = body.subarray(from, end === -1 ? body.length : end);
    from += line.length + 1;
    if (line.some((byte) => byte > 0x20)) yield line;
  }
};

const notRead = (line: Uint8Array, into: Telling): void => {
  into.records += 1;
  const text = Buffer.from(line.subarray(0, shown)).toString();
  into.notKnown(/^\s*[[{]/.test(text) ? 'not JSON' : 'not of the platform', text);
};

export const readCloudLogging: ReadBody = (body, place, into) => {
  const reader = cloudLoggingReader(place, into);
  if (readJson(body, reader)) return;
  for (const line of linesOf(body)) if (!readJson(line, reader)) notRead(line, into);
};
