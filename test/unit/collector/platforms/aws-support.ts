/** Reads what AWS tells, as imports and endpoints do, and folds it into invocations. */
import { readFileSync } from 'node:fs';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { mergeAll, type PartialInvocation } from '#collector/model/invocation/partial.js';
import { Telling } from '#collector/model/telling.js';
import type { Place } from '#collector/platforms/format.js';

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/platforms/aws/${name}`, import.meta.url), 'utf8');

export const shop: Place = { account: '123456789012', region: 'eu-central-1', functionName: 'shop' };
export const nowMs = Date.parse('2026-11-22T12:00:00Z');

export const invocationsOf = (told: Pick<Telling, 'reports'>): Map<string, PartialInvocation> =>
  new Map(mergeAll(told.reports).map((one) => [one.invocationId, one]));

/**
 * A file, as an import reads it: each line is asked of all formats.
 * @param atMs when it is read: times long before are not believed
 */
export const readFile = (text: string, place: Place = shop, atMs = nowMs): Telling => {
  const told = new Telling(atMs);
  const reading = new FileReading({ formats: importFormats, place, into: told });
  const framer = new Framer();
  const chunks = [...framer.push(Buffer.from(text)), ...framer.end()];
  for (const [at, chunk] of chunks.entries()) reading.read(chunk, at === chunks.length - 1);
  return told;
};

/** A file of whole lines. */
export const readLines = (text: string, place: Place = shop, atMs = nowMs): Telling =>
  readFile(`${text}\n`, place, atMs);

export const reasonsOf = ({ unknown }: Telling): Record<string, number> =>
  Object.fromEntries(unknown.list().map(({ reason, count }) => [reason, count]));

/** The facts that are asked for, of one invocation; durations in ms. */
export const msOf = (ns: bigint | null | undefined): number | null =>
  ns === null || ns === undefined ? null : Number(ns) / 1e6;

export const iso = (ms: number): string => new Date(ms).toISOString();
