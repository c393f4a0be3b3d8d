/** Members of JSON as ../fields.ts finds them, and null for what is not there, as a report has it. */
import { at, nameAt } from '../fields.ts';

type Name = string | number;

export const textAt = (value: unknown, name: Name, second?: Name, third?: Name): string | null =>
  nameAt(value, name, second, third) ?? null;

/** A text is none, whatever stands in it. */
export const numberAt = (value: unknown, name: Name, second?: Name, third?: Name): number | null => {
  const found = at(value, name, second, third);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
};
