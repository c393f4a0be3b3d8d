import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RawBody } from '#collector/receive/decode.js';
import { type DecodedBody, DecodePool, type SharedRows } from '#collector/receive/workers/decode-pool.js';
import type { Rows } from '#collector/store/batch.js';

const span = (spanId = 'b'.repeat(16)) => ({ traceId: 'a'.repeat(32), spanId, name: 'x' });
const json = (...spans: object[]): RawBody => ({
  bytes: Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
  format: 'json',
  isGzip: false,
  sender: 'anyone',
  isKept: false,
});
const text = (body: string): RawBody => ({
  bytes: Buffer.from(body),
  format: 'json',
  isGzip: false,
  sender: 'anyone',
  isKept: false,
});
const gzip = (body: RawBody): RawBody => ({ ...body, bytes: gzipSync(body.bytes), isGzip: true });

const dying = new URL('../../fixtures/collector/dying-decode-worker.mjs', import.meta.url);

/** What would be stored. */
const rowsOf = async (shared: SharedRows | null): Promise<Rows | null> => {
  let found: Rows | null = null;
  await shared?.store(async (rows) => {
    found = rows;
  });
  return found;
};

/** Each body is known by a key of its own. */
const decode = (decoder: DecodePool, body: RawBody): Promise<DecodedBody> => decoder.decode(body, randomBytes(16));

describe('the threads that decode', () => {
  const pools: DecodePool[] = [];
  const pool = (options: ConstructorParameters<typeof DecodePool>[0] = { threads: 1 }) => {
    const made = new DecodePool(options);
    pools.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((one) => one.close()));
  });

  it('make rows of a body, and say how many spans have no valid ids', async () => {
    const { outcome, rows } = await decode(pool(), gzip(json(span(), span('0'.repeat(16)))));
    assert.deepEqual(outcome, { state: 'decoded', records: 2, rejected: 1, unknown: [], hasRows: true });
    const found = await rowsOf(rows);
    assert.equal(found?.spans.rows, 1);
    assert.equal(found?.spans.chunks[0]?.length, found?.spans.bytes);
  });

  it('have nothing to store where all spans are refused or there are none', async () => {
    const decoder = pool();
    assert.equal((await decode(decoder, json(span('')))).rows, null);
    assert.equal((await decode(decoder, text('{}'))).rows, null);
  });

  it('put what comes close together into the same rows, which are stored once, and keep refusals apart', async () => {
    const decoder = pool();
    const bodies = [json(span()), ...Array.from({ length: 20 }, () => json(span())), text('nonsense'), text('{}')];
    const decoded = await Promise.all(bodies.map((body) => decode(decoder, body)));
    const refused = decoded[21] as DecodedBody;
    assert.ok(refused.outcome.state === 'refused' && refused.outcome.status === 400);
    const shared = new Set(decoded.map(({ rows }) => rows).filter((rows) => rows !== null));
    // The first goes at once, the others while it is decoded.
    assert.equal(shared.size, 2);
    let added = 0;
    let rows = 0;
    await Promise.all(
      decoded.map((one) =>
        one.rows?.store(async (all) => {
          added += 1;
          rows += all.spans.rows;
        }),
      ),
    );
    assert.deepEqual([added, rows], [2, 21]);
  });

  it('make no rows of what was kept before, and name the requests whose rows there are', async () => {
    const decoder = pool();
    // Goes at once; the others come while it is decoded.
    void decode(decoder, text('{}'));
    const keys = [1, 2, 3, 4].map((key) => Buffer.alloc(16, key));
    const [first, kept, empty, last] = await Promise.all([
      decoder.decode(json(span()), keys[0] as Buffer),
      decoder.decode({ ...json(span(), span('')), isKept: true }, keys[1] as Buffer),
      decoder.decode(text('{}'), keys[2] as Buffer),
      decoder.decode(json(span()), keys[3] as Buffer),
    ]);
    assert.deepEqual(
      [kept?.outcome, kept?.rows],
      [{ state: 'decoded', records: 2, rejected: 1, unknown: [], hasRows: true }, null],
    );
    assert.equal(empty?.rows, null);
    assert.equal(first?.rows, last?.rows);
    await first?.rows?.store(async (rows, of) => {
      assert.equal(rows.spans.rows, 2);
      assert.deepEqual(of, [keys[0], keys[3]]);
    });
  });

  it('tell every request of shared rows that they could not be stored', async () => {
    const decoder = pool();
    void decode(decoder, text('{}'));
    const decoded = await Promise.all([1, 2, 3].map(() => decode(decoder, json(span()))));
    const stores = decoded.map(({ rows }) => rows?.store(() => Promise.reject(new Error('no disk'))));
    const outcomes = await Promise.allSettled(stores);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
  });

  for (const [what, opening, reason] of [
    ['dies', 'X', 'it ended with 3'],
    ['throws', 'E', 'a defect'],
  ] as const) {
    it(`answer 503 for what a thread held that ${what}, and go on with another one`, async () => {
      const decoder = pool({ threads: 1, entry: dying });
      const lost = decode(decoder, text(opening));
      const next = decode(decoder, json(span()));
      await assert.rejects(lost, { status: 503 });
      assert.equal((await next).outcome.state, 'decoded');
      const { threads, lost: count, lastLoss } = decoder.stats();
      assert.deepEqual({ threads, count, lastLoss }, { threads: 1, count: 1, lastLoss: reason });
    });
  }

  it('refuse what is still there when they are closed', async () => {
    const decoder = pool();
    const bodies = Array.from({ length: 100 }, () => decode(decoder, json(span())));
    const outcomes = Promise.allSettled(bodies);
    await decoder.close();
    assert.ok((await outcomes).every(({ status }) => status === 'rejected'));
    await assert.rejects(decode(decoder, json(span())), { status: 503 });
  });

  it('are behind while more waits than one of them takes at once, of bodies or of bytes', async () => {
    const large = text(JSON.stringify({ padding: 'x'.repeat(200 * 1024) }));
    for (const [bodies, isBehind] of [
      [[span(), span()].map((one) => json(one)), false],
      [Array.from({ length: 300 }, () => json(span())), true],
      [[large, large], true],
    ] as const) {
      const decoder = pool();
      const decoded = Promise.all(bodies.map((body) => decode(decoder, body)));
      assert.equal(decoder.isBehind, isBehind);
      await decoded;
      assert.equal(decoder.isBehind, false);
    }
  });

  it('are behind with nothing once they are closed', async () => {
    const decoder = pool();
    const outcomes = Promise.allSettled(Array.from({ length: 3 }, () => decode(decoder, text(' '.repeat(200 * 1024)))));
    assert.ok(decoder.isBehind);
    await decoder.close();
    assert.equal(decoder.isBehind, false);
    await outcomes;
  });

  it('count the processor time they take', async () => {
    const decoder = pool({ threads: 2 });
    await Promise.all([1, 2, 3].map(() => decode(decoder, json(...Array.from({ length: 500 }, () => span())))));
    assert.ok(decoder.stats().decodeCpuUs > 100);
  });
});
