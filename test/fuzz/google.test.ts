/** Entries of Cloud Logging from whoever sends them: read or counted, never thrown at, and rows can be made of what is told. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Telling } from '#collector/model/telling.js';
import { readCloudLogging } from '#collector/platforms/google/body.js';
import { rowsOf } from '#collector/store/rows.js';
import { fuzz } from './fuzz.ts';
import { type Json, mutated, mutatedJson, type Random } from './random.ts';

const fixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../fixtures/platforms/google/${name}.json`, import.meta.url), 'utf8')) as Json;
const entries = ['cloud-run-request', 'cloud-run-event', 'first-generation'].flatMap((name) => fixture(name) as Json[]);
const receivedMs = Date.parse('2025-08-05T00:00:00Z');

const namesOf = (prototype: object): string => Reflect.ownKeys(prototype).map(String).join();
const prototypes = [Object.prototype, Array.prototype, Map.prototype] as const;
const untouched = prototypes.map(namesOf);

const pushed = (json: Json): Json => ({
  message: { data: Buffer.from(JSON.stringify(json)).toString('base64'), messageId: '1' },
  subscription: 's',
});

const body = (random: Random): string => {
  const some = Array.from({ length: 1 + random.whole(4) }, () => mutatedJson(random.one(entries), random));
  return random.one<() => string>([
    () => JSON.stringify(some),
    () => some.map((one) => JSON.stringify(one)).join('\n'),
    () => JSON.stringify(mutatedJson(pushed(some[0] ?? null), random)),
    () => JSON.stringify(pushed(some)),
  ])();
};

fuzz({
  name: 'google',
  make: (random: Random) => mutated(Buffer.from(body(random)), random),
  check: (input) => {
    const told = new Telling(receivedMs);
    readCloudLogging(input, {}, told);
    assert.deepEqual(prototypes.map(namesOf), untouched);
    const tellings = told.reports.length + told.starts.length;
    assert.ok(told.records >= tellings, `${told.records} records told ${tellings}`);
    assert.equal(told.records, tellings + told.unknown.count);
    for (const { functionName, invocationId, seenNs, facts } of told.reports) {
      for (const text of [functionName, invocationId]) assert.ok(text.length > 0 && text.length <= 512);
      assert.equal(typeof seenNs, 'bigint');
      assert.ok((facts.platformDurationNs ?? 0n) >= 0n);
    }
    rowsOf(told, receivedMs);
  },
});
