/** The JSON reader: of a valid request it reads what protobuf says, and nothing else ever gets past it but in words. */
import assert from 'node:assert/strict';
import { readJson } from '#collector/otlp/json.js';
import { MalformedBody, OversizedBody } from '#collector/reading/limits.js';
import { requestBytes, withBase64Ids } from '../unit/collector/otlp-schema.ts';
import { fuzz } from './fuzz.ts';
import { plainSpans, spansByOracle } from './oracle.ts';
import { type Json, mutated, mutatedJson, type Random, requestJson } from './random.ts';

const namesOf = (prototype: object): string => Reflect.ownKeys(prototype).map(String).join();
const prototypes = [Object.prototype, Array.prototype, Map.prototype] as const;
const untouched = prototypes.map(namesOf);

/** By way of the other writer; `null` where it does not take the text. */
function byOracle(input: Uint8Array): unknown[] | null {
  try {
    const json = JSON.parse(new TextDecoder().decode(input)) as Json;
    // Digits that are no hex are another writer's business, and so are names that OTLP does not have.
    if (/"(traceId|spanId|parentSpanId)":"(?!([0-9a-fA-F]{2})*")/.test(JSON.stringify(json))) return null;
    const spans = spansByOracle(requestBytes(withBase64Ids(json)));
    return spans === null ? null : plainSpans(spans);
  } catch {
    return null;
  }
}

const check = (input: Uint8Array): void => {
  let spans: unknown[];
  try {
    spans = plainSpans(readJson(input));
  } catch (error) {
    assert.ok(error instanceof MalformedBody || error instanceof OversizedBody, String(error));
    return;
  } finally {
    assert.deepEqual(prototypes.map(namesOf), untouched);
  }
  const expected = byOracle(input);
  if (expected === null) return;
  compared += 1;
  assert.deepEqual(spans, expected);
};

let compared = 0;
after(() => assert.ok(compared > 100, `only ${compared} inputs could be compared with the oracle`));

fuzz({
  name: 'json',
  make: (random: Random) => Buffer.from(JSON.stringify(mutatedJson(requestJson(random), random))),
  check,
});

fuzz({
  name: 'json-bytes',
  make: (random: Random) => mutated(Buffer.from(JSON.stringify(requestJson(random))), random),
  check: (input) => {
    try {
      readJson(input);
    } catch (error) {
      assert.ok(error instanceof MalformedBody || error instanceof OversizedBody, String(error));
    }
  },
  share: 0.2,
});
