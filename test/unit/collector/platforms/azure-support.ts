/** What the tests of Azure's formats share: fixtures, and what was told by the names that people know. */
import { readFileSync } from 'node:fs';
import { Telling } from '#collector/model/telling.js';
import { azureBodies, azureFormats } from '#collector/platforms/azure/index.js';
import type { LogFormat, Place } from '#collector/platforms/format.js';

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/platforms/azure/${name}`, import.meta.url), 'utf8');

export const azureFormat = azureFormats[0] as LogFormat;

/** Fixtures are of many years; what is too old or too new is tested where it matters. */
export const tellingAt = (time: string): Telling => new Telling(Date.parse(time));

export const readBody = (body: string | Uint8Array, at: string, place: Place = {}): Telling => {
  const telling = tellingAt(at);
  azureBodies.azure(typeof body === 'string' ? Buffer.from(body) : body, place, telling);
  return telling;
};

export const readLines = (lines: readonly string[], at: string, place: Place = {}): Telling => {
  const telling = tellingAt(at);
  const reader = azureFormat.reader(place, telling);
  for (const line of lines) reader.line(line);
  return telling;
};

const ms = (ns: unknown): number | undefined => (typeof ns === 'bigint' ? Number(ns) / 1e6 : undefined);

/** One line a report: function, id, and what it tells. */
export const told = ({ reports }: Telling) =>
  reports.map(({ functionName, invocationId, facts }) => ({
    functionName,
    invocationId,
    ...(facts.platformStatus && { status: facts.platformStatus }),
    ...(facts.trigger && { trigger: facts.trigger }),
    ...(facts.platformDurationNs != null && { durationMs: ms(facts.platformDurationNs) }),
    ...(facts.platformProcess && { process: facts.platformProcess }),
    ...(facts.platformErrorType && { errorType: facts.platformErrorType }),
    ...(facts.weightPpm != null && { weight: Number(facts.weightPpm) / 1e6 }),
    startedAt: new Date(ms(facts.platformStartedNs) ?? Number.NaN),
  }));

export const reasons = ({ unknown }: Telling): Record<string, number> =>
  Object.fromEntries(unknown.list().map(({ reason, count }) => [reason, count]));
