/** Reads typed facts out of attributes that anyone may have sent, and writes attributes as JSON text. */
import type { Attributes, AttributeValue } from './span.ts';

/** Longest text kept in a typed column; names and ids of all platforms are far shorter. */
const maxTextLength = 512;

/** The first of these attributes that is a non-empty text, cut to a sane length; else null. */
export function text(sources: readonly Attributes[], ...names: string[]): string | null {
  for (const name of names) {
    for (const source of sources) {
      const value = source.get(name);
      if (typeof value === 'string' && value !== '') return cut(value);
    }
  }
  return null;
}

/** At the end of what was cut. */
export const cutMark = '…';

/** Cuts a text for a typed column, never inside a surrogate pair, and marks it; the mark is within the length. */
export function cut(value: string, maxLength = maxTextLength): string {
  if (value.length <= maxLength) return value;
  const end = maxLength - cutMark.length;
  const lastUnit = value.charCodeAt(end - 1);
  const splitsPair = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return `${value.slice(0, splitsPair ? end - 1 : end)}${cutMark}`;
}

export function number(sources: readonly Attributes[], name: string): number | null {
  for (const source of sources) {
    const value = source.get(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return null;
}

export function boolean(sources: readonly Attributes[], name: string): boolean | null {
  for (const source of sources) {
    const value = source.get(name);
    if (typeof value === 'boolean') return value;
  }
  return null;
}

/** The text when it is one of `allowed`, else null. */
export function oneOf<Word extends string>(value: string | null, allowed: readonly Word[]): Word | null {
  return allowed.find((word) => word === value) ?? null;
}

/**
 * What is kept of the attributes of a span or a resource. SDKs keep 128 of them by default, and lengths are theirs to set;
 * https://opentelemetry.io/docs/specs/otel/common/#attribute-limits
 */
export const attributeLimits = {
  count: 128,
  keyLength: 256,
  textLength: 4_096,
  /** Of an array or a map. */
  elements: 128,
  /** Of the JSON of all of them. */
  jsonLength: 65_536,
} as const;

/** How many attributes are missing, where a format has no field for it (OpenTelemetry's mapping to other formats). */
export const droppedAttribute = 'otel.dropped_attributes_count';

/**
 * Attributes as JSON text. Written by hand so that no key ever becomes a property of an object, and 64-bit integers
 * keep their digits. NaN and infinities become texts, bytes become base64, as in OTLP's JSON. What is more or longer than
 * {@link attributeLimits} is left out or cut, and marked: texts and lists end with `…`, missing attributes are counted.
 */
export function attributesJson(attributes: Attributes): string {
  let json = '{';
  let count = 0;
  let left: number = attributeLimits.jsonLength;
  for (const [key, value] of attributes) {
    if (count === attributeLimits.count) break;
    const member = memberJson(key, value);
    if (member.length > left) continue;
    left -= member.length;
    json += count++ === 0 ? member : `,${member}`;
  }
  const dropped = attributes.size - count;
  if (dropped > 0) json += `${count === 0 ? '' : ','}"${droppedAttribute}":${dropped}`;
  return `${json}}`;
}

/** Members that came before, by key and value: most of them come again and again. */
const knownMembers = new Map<string, Map<AttributeValue, string>>();
/** When there are so many, all are forgotten. */
const mostKnownMembers = 16_384;
let countOfKnown = 0;
/** Longer ones are ids, paths and queries, which seldom come again. */
const longestKnown = 32;

function memberJson(key: string, value: AttributeValue): string {
  const isKnowable = typeof value === 'string' ? value.length <= longestKnown : typeof value === 'boolean';
  if (!isKnowable || key.length > 2 * longestKnown) return madeJson(key, value);
  let values = knownMembers.get(key);
  let json = values?.get(value);
  if (json !== undefined) return json;
  if (++countOfKnown > mostKnownMembers) {
    knownMembers.clear();
    [values, countOfKnown] = [undefined, 1];
  }
  if (values === undefined) {
    values = new Map();
    knownMembers.set(key, values);
  }
  json = madeJson(key, value);
  values.set(value, json);
  return json;
}

const madeJson = (key: string, value: AttributeValue): string =>
  `${JSON.stringify(cut(key, attributeLimits.keyLength))}:${valueJson(value)}`;

function valueJson(value: AttributeValue): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, attributeLimits.textLength));
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map) return mapJson(value);
  if (Array.isArray(value)) return arrayJson(value);
  if (value instanceof Uint8Array) return bytesJson(value);
  return JSON.stringify(value);
}

function arrayJson(values: readonly AttributeValue[]): string {
  const elements = values.slice(0, attributeLimits.elements).map(valueJson);
  if (values.length > elements.length) elements.push(`"${cutMark}"`);
  return `[${elements.join(',')}]`;
}

function mapJson(map: Attributes): string {
  const members: string[] = [];
  for (const [key, value] of map) {
    if (members.length === attributeLimits.elements) {
      members.push(`"${cutMark}":${map.size - attributeLimits.elements}`);
      break;
    }
    members.push(memberJson(key, value));
  }
  return `{${members.join(',')}}`;
}

function bytesJson(bytes: Uint8Array): string {
  // Four characters of three bytes: no more are looked at than can be kept.
  const kept = bytes.subarray(0, attributeLimits.textLength);
  return JSON.stringify(
    cut(Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString('base64'), attributeLimits.textLength),
  );
}
