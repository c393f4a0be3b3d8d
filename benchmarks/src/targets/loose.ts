/** Careful reading of values that came out of somebody's file: own properties only, and nothing is taken for granted. */

export type Loose = Readonly<Record<string, unknown>>;

/** The value as an object with string keys; an empty one when it is something else. */
export const asRecord = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};

/** `undefined` where any step is missing. */
export const at = (value: unknown, ...path: readonly string[]): unknown => {
  let here = value;
  for (const key of path) here = Object.hasOwn(asRecord(here), key) ? asRecord(here)[key] : undefined;
  return here;
};

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Texts, and what people write without quotes although it is one. */
export const asText = (value: unknown): string | undefined =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;

export const asTexts = (value: unknown): string[] =>
  asList(value).flatMap((one) => (typeof one === 'string' ? [one] : []));

/** As JSON, cut short; for values that cannot be known here and are only passed on. */
export const asShownText = (value: unknown): string => {
  const known = asText(value);
  if (known !== undefined) return known;
  try {
    return (JSON.stringify(value) ?? '').slice(0, 4_096);
  } catch {
    // It holds itself, as YAML's aliases can.
    return '';
  }
};

/** A number of milliseconds or MB within bounds; also one written as text. */
export const asNumber = (value: unknown): number | undefined => {
  const text = asText(value);
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
};

/** The members of a value as variables of an environment. */
export const asVariables = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(asRecord(value)).map(([key, one]) => [key, asShownText(one)]));
