/** Reading JSON that somebody else wrote: own properties only, nothing is believed to have a type. */
import { exitCode, Trouble } from '../../../trouble.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an object has itself: `__proto__` and `constructor` are names like any other. */
export const own = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const ownText = (value: unknown, key: string): string | undefined => {
  const text = own(value, key);
  return typeof text === 'string' ? text : undefined;
};

/** Entries of an object, items of an array, and nothing of anything else. */
export const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** No list nests deeper than this. */
const mostDepth = 64;

/**
 * Whether brackets nest deeper than any list does. Parsing first would take a hundred times the memory of such a text.
 * @returns false for a text that is no JSON, which the parser will say
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (inString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '{' || sign === '[') {
      depth += 1;
      if (depth > mostDepth) return true;
    } else if (sign === '}' || sign === ']') depth -= 1;
  }
  return false;
}

/** The list is not used at all: half of it would be a price table that nobody has published. */
export const refused = (sentence: string): Trouble =>
  new Trouble(sentence, 'Fetch the list from the provider again; nothing was written.', exitCode.usage);

/** An outside value in a sentence: short, in quotes, and never asked to become a text itself. */
export const shown = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = String(value);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
};
