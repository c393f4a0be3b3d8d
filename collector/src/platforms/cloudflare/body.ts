/** A body as Logpush, a Tail Worker or a person sends it: lines of JSON, one JSON value over many lines, or what wrangler printed. */
import { isUtf8 } from 'node:buffer';
import type { Telling } from '../../model/telling.ts';
import type { UnknownReason } from '../../model/unknown-records.ts';
import { gunzipped } from '../../reading/gunzip.ts';
import { checkJsonShape } from '../../reading/json-shape.ts';
import { maxBodyBytes } from '../../reading/limits.ts';
import { parsed as parsedText } from '../fields.ts';
import { NotOfFormat, type RecordReader } from '../format.ts';

const newline = 0x0a;
const maxLineBytes = 1_000_000;

/** Logpush packs everything, and it is nowhere promised that it says so in Content-Encoding. */
const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b;

/** Null for what is no text. */
const textOf = (bytes: Uint8Array, isText = isUtf8(bytes)): string | null =>
  isText ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : null;

/** Undefined for what is no JSON, or no text. */
const parsed = (text: string | null): unknown => (text === null ? undefined : parsedText(text));

/** Whether it is one value, and no lines of which each is one. */
const isWhole = (bytes: Uint8Array): boolean => {
  const end = bytes.indexOf(newline);
  if (end === -1 || end >= bytes.length - 1) return true;
  return end > maxLineBytes || parsed(textOf(bytes.subarray(0, end))) === undefined;
};

/** Undefined where it is to be read by its lines: also for what would become too many objects, for a line never does. */
const wholeOf = (bytes: Uint8Array): unknown => {
  if (!isWhole(bytes)) return undefined;
  try {
    checkJsonShape(bytes);
  } catch {
    return undefined;
  }
  return parsed(textOf(bytes));
};

const jsonStart = /^\s*[[{]/;

const readLine = (bytes: Uint8Array, isText: boolean, reader: RecordReader, into: Telling): void => {
  const unknown = (reason: UnknownReason, example = ''): void => {
    into.records += 1;
    into.notKnown(reason, example);
  };
  const line = bytes.length > maxLineBytes ? '' : (textOf(bytes, isText || isUtf8(bytes))?.trimEnd() ?? null);
  if (bytes.length > maxLineBytes) unknown('too long');
  else if (line === null) unknown('not UTF-8');
  else if (jsonStart.test(line)) {
    const value = parsed(line);
    if (value !== undefined) reader.record(value);
    else unknown(/[\]}]$/.test(line) ? 'not JSON' : 'cut off', line);
  } else if (line !== '') reader.line(line);
};

/** @throws {@link NotOfFormat} for an empty one */
export const readBody = (body: Uint8Array, reader: RecordReader, into: Telling): void => {
  const bytes = isGzip(body) ? gunzipped(body, maxBodyBytes) : body;
  if (bytes.length === 0)
    throw new NotOfFormat('The body is empty: send trace events, tail items or an answer to an upload.');
  const whole = wholeOf(bytes);
  if (whole !== undefined) {
    reader.record(whole);
    return;
  }
  const isText = isUtf8(bytes);
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(newline, from);
    const end = found === -1 ? bytes.length : found;
    readLine(bytes.subarray(from, end), isText, reader, into);
    from = end + 1;
  }
};
