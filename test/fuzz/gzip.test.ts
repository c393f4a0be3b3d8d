/** Compressed bodies: what comes out is what zlib says at once, never more than allowed, and never anything but a refusal. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readBody } from '#collector/receive/body.js';
import { ByteBudget } from '#collector/receive/byte-budget.js';
import { HttpError } from '#collector/receive/http-error.js';
import { fuzz } from './fuzz.ts';
import { mutated, type Random } from './random.ts';

const limit = 64 * 1024;
const statuses: ReadonlySet<number> = new Set([400, 413]);

const incoming = (bytes: Uint8Array): IncomingMessage => {
  const middle = bytes.length >> 1;
  const parts = [bytes.subarray(0, middle), bytes.subarray(middle)].filter((part) => part.length > 0);
  return Object.assign(Readable.from(parts), { headers: { 'content-encoding': 'gzip' } }) as never;
};

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
    let taken = 0;
    const budget = new ByteBudget(4 * limit).lease();
    const lease = {
      take: (bytes: number): boolean => {
        taken += bytes;
        return budget.take(bytes);
      },
      release: () => budget.release(),
    };
    const expected = expand(input);
    try {
      const body = await readBody(incoming(input), lease, limit);
      assert.ok(body.length <= limit);
      if (input.length > 0) assert.deepEqual(body, expected);
    } catch (error) {
      assert.ok(error instanceof HttpError && statuses.has(error.status), String(error));
      if (error.status === 400) assert.equal(expected, null);
      if (error.status === 413) assert.ok(input.length > limit || expected === null || expected.length > limit);
    }
    // One chunk of zlib's at most is made before it is counted.
    assert.ok(taken <= input.length + limit + 64 * 1024);
  },
});
