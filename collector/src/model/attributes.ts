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

/** Cuts a text for a typed column, never inside a surrogate pair. */
export function cut(value: string): string {
  if (value.length <= maxTextLength) return value;
  const lastUnit = value.charCodeAt(maxTextLength - 1);
  const splitsPair = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return value.slice(0, splitsPair ? maxTextLength - 1 : maxTextLength);
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
 * Attributes as JSON text. Written by hand so that no key ever becomes a property of an object, and 64-bit integers
 * keep their digits. NaN and infinities become texts, bytes become base64, as in OTLP's JSON.
 */
export function attributesJson(attributes: Attributes): string {
  let json = '{';
  for (const [key, value] of attributes) {
    if (json.length > 1) json += ',';
    json += memberJson(key, value);
  }
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
  if (!isKnowable || key.length > 2 * longestKnown) return `${JSON.stringify(key)}:${valueJson(value)}`;
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
  json = `${JSON.stringify(key)}:${valueJson(value)}`;
  values.set(value, json);
  return json;
}

function valueJson(value: AttributeValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map) return attributesJson(value);
  if (Array.isArray(value)) return `[${value.map(valueJson).join(',')}]`;
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  return String(value);
}
