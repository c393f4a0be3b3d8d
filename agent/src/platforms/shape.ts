/** Reading outside data of any shape. Nothing here needs Node. */

/** A property of something of any shape; `undefined` where there is none. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let here = value;
  for (const key of path) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
};

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
};

/**
 * A header of a request: a `Headers` object, or a plain one whose names may be in any case.
 * @param name in lower case
 */
export const header = (headers: unknown, name: string): unknown => {
  if (headers === null || typeof headers !== 'object') return undefined;
  const { get } = headers as { get?: unknown };
  if (typeof get === 'function') return get.call(headers, name);
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : at(headers, key);
};
