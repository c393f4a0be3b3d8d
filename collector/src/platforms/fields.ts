/** Reads what outsiders have written as JSON: whatever it is, nothing here throws, and nothing is found that is not its own. */
import { cut } from '../model/attributes.ts';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Name = string | number;

/** Of what JSON has made: what is inherited is a function, which nothing in JSON is, but for this one. */
const memberOf = (value: unknown, name: Name): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (name === '__proto__') return Object.getOwnPropertyDescriptor(value, name)?.value;
  const found = (value as Record<Name, unknown>)[name];
  return typeof found === 'function' ? undefined : found;
};

/**
 * A member of something of any shape; `undefined` where there is none. `constructor` and `__proto__` are names like any other.
 * Asked of every record some thirty times, so an array of names would be made as often.
 */
export const at = (value: unknown, name: Name, second?: Name, third?: Name): unknown => {
  const found = memberOf(value, name);
  if (second === undefined) return found;
  const next = memberOf(found, second);
  return third === undefined ? next : memberOf(next, third);
};

/** A text of any length, '' among them. */
export const textAt = (value: unknown, name: Name, second?: Name, third?: Name): string | undefined => {
  const found = at(value, name, second, third);
  return typeof found === 'string' ? found : undefined;
};

/** Fit for a column: cut, and without halves of characters. */
export const named = (text: string): string => cut(text.isWellFormed() ? text : text.toWellFormed());

/** The same text with memory of its own: one that was cut out of a longer one keeps all of that. */
export const kept = (text: string): string => Buffer.from(text).toString();

/** A text that is not empty, fit for a column. */
export const nameAt = (value: unknown, name: Name, second?: Name, third?: Name): string | undefined => {
  const found = textAt(value, name, second, third);
  return found ? named(found) : undefined;
};

const numeral = /^\s*-?\d[\d.]{0,30}(e[+-]?\d{1,3})?\s*$/i;

/** A finite number, also where it is written as a text. */
export const numberAt = (value: unknown, name: Name, second?: Name, third?: Name): number | undefined => {
  const found = at(value, name, second, third);
  const number = typeof found === 'string' && numeral.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/** [] where there is no array. */
export const arrayAt = (value: unknown, name: Name, second?: Name, third?: Name): readonly unknown[] => {
  const found = at(value, name, second, third);
  return Array.isArray(found) ? found : [];
};

/** `undefined` for what is no JSON. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** As JSON again; '' for what is nested so deep that it can be read, but not be written. */
export const jsonText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
};

/** What stands for a record where it is shown. */
export const exampleOf = (value: unknown): string => jsonText(value).slice(0, 200);
