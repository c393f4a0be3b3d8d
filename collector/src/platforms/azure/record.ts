/** What the readers of Azure's records share: fields under any of their names, and properties in any of their forms. */
import type { Telling } from '../../model/telling.ts';
import type { UnknownReason } from '../../model/unknown-records.ts';
import { at, isObject, textAt } from '../fields.ts';
import type { Apps } from './apps.ts';
import { parsedLeniently } from './single-quotes.ts';

/** Where what a record tells goes, and who it is about. */
export interface Reading {
  readonly apps: Apps;
  readonly into: Telling;
}

/** Why a record told nothing, and what to show of it; `null` where it told something. */
export type NotTold = readonly [reason: UnknownReason, example: string] | null;

/** The first of these members that is there. */
export const first = (value: unknown, names: readonly string[]): unknown => {
  for (const name of names) {
    const found = at(value, name);
    if (found !== undefined && found !== null && found !== '') return found;
  }
  return undefined;
};

export const firstText = (value: unknown, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const found = textAt(value, name);
    if (found) return found;
  }
  return undefined;
};

const propertyNames = ['properties', 'Properties', 'customDimensions'] as const;

/** Its properties: an object, a JSON text, or the record's own columns in the tables of Log Analytics. */
export const propertiesOf = (record: unknown): unknown => {
  const told = first(record, propertyNames);
  if (isObject(told)) return told;
  const read = typeof told === 'string' ? parsedLeniently(told) : undefined;
  return isObject(read) ? read : record;
};

export const times = ['time', 'TimeGenerated', 'timestamp'] as const;
export const resourceIds = ['resourceId', '_ResourceId', 'ResourceId'] as const;
export const regions = ['location', 'Location'] as const;
