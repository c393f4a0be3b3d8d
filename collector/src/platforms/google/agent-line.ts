/** What our agent writes to stdout, one line an export, which Cloud Logging keeps as JSON where it is not too long. */
import { hasValidIds } from '../../model/span.ts';
import type { Telling } from '../../model/telling.ts';
import { readJson } from '../../otlp/json.ts';
import { MalformedBody, OversizedBody } from '../../reading/limits.ts';
import { at } from '../fields.ts';

const textOf = (entry: unknown): string | null => {
  const payload = at(entry, 'jsonPayload');
  if (at(payload, 'coldlens') === 1) return JSON.stringify(payload);
  const text = at(entry, 'textPayload');
  return typeof text === 'string' && text.startsWith('{"coldlens":1,') ? text : null;
};

/** A payload that is too deep to be written down again is a RangeError. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof MalformedBody || error instanceof OversizedBody || error instanceof RangeError;

/** @returns whether it was such a line */
export const readAgentLine = (entry: unknown, into: Telling): boolean => {
  try {
    const line = textOf(entry);
    if (line === null) return false;
    for (const span of readJson(Buffer.from(line))) {
      if (hasValidIds(span)) into.spans.push(span);
      else into.invalid += 1;
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    into.notKnown('cut off', '{"coldlens":1,');
  }
  return true;
};
