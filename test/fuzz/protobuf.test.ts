/** The protobuf reader: what it takes is what the oracle reads, what it refuses it refuses in words. */
import assert from 'node:assert/strict';
import { readProtobuf } from '#collector/otlp/protobuf.js';
import { MalformedBody, OversizedBody } from '#collector/reading/limits.js';
import { requestBytes, withBase64Ids } from '../unit/collector/otlp-schema.ts';
import { fuzz } from './fuzz.ts';
import { plainSpans, spansByOracle } from './oracle.ts';
import { mutated, type Random, requestJson } from './random.ts';
import { isWellFormed, mutatedFields } from './wire-fields.ts';

/** Our bounds, which the oracle does not have. */
const ours = /nested|does not fit in 32 bits/;

let compared = 0;
after(() => assert.ok(compared > 100, `only ${compared} inputs could be compared with the oracle`));

fuzz({
  name: 'protobuf',
  make: (random: Random) => {
    const valid = requestBytes(withBase64Ids(requestJson(random)));
    return mutated(random.chance(0.7) ? mutatedFields(valid, random) : valid, random);
  },
  check: (input) => {
    // The oracle reads a field of another wire type as if it were of its own, and lets a message read on behind its end: what
    // follows it then reads from somewhere in its midst.
    const expected = isWellFormed(input) ? spansByOracle(input) : null;
    let spans: ReturnType<typeof readProtobuf>;
    try {
      spans = readProtobuf(input);
    } catch (error) {
      if (error instanceof OversizedBody) return;
      assert.ok(error instanceof MalformedBody, String(error));
      assert.ok(expected === null || ours.test(error.message), `refused what the oracle takes: ${error.message}`);
      return;
    }
    if (expected === null) return;
    compared += 1;
    assert.deepEqual(plainSpans(spans), plainSpans(expected));
  },
});
