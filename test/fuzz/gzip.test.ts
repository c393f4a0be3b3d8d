/** Compressed bodies: what comes out is what zlib says at once, never more than allowed, and never anything but a refusal. */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { gunzipped } from '#collector/reading/gunzip.js';
import { MalformedBody, OversizedBody } from '#collector/reading/limits.js';
import { fuzz } from './fuzz.ts';
import { mutated, type Random } from './random.ts';

const limit = 64 * 1024;

function expand(input: Uint8Array): Buffer | null {
  try {
    return gunzipSync(input, { maxOutputLength: 8 * limit });
  } catch {
    return null;
  }
}

fuzz({
  name: 'gzip',
  make: (random: Random) => {
    const content = random.chance(0.2) ? Buffer.alloc(random.whole(4 * limit)) : random.bytes(random.whole(400));
    const members = Array.from({ length: 1 + random.whole(3) }, () => gzipSync(content, { level: random.whole(10) }));
    return mutated(Buffer.concat(members), random);
  },
  check: async (input) => {
    // zlib lets go of its memory when the loop turns.
    await nextTurn();
    const expected = expand(input);
    try {
      const body = gunzipped(input, limit);
      assert.ok(body.length <= limit);
      if (input.length > 0) assert.deepEqual(Buffer.from(body), expected);
    } catch (error) {
      if (error instanceof MalformedBody) assert.equal(expected, null);
      else if (error instanceof OversizedBody) assert.ok(expected === null || expected.length > limit);
      else throw error;
    }
  },
});
