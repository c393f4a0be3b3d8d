import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { NotTaken } from '#collector/buffer/not-taken.js';
import type { RefusalReason } from '#collector/buffer/stats.js';
import { ByteBudget } from '#collector/receive/byte-budget.js';
import { TraceReceiver } from '#collector/receive/otlp/receiver.js';
import type { Rows } from '#collector/store/batch.js';

/** As much of a request as the receiver looks at. */
function incoming(body: string, headers: Record<string, string> = {}): IncomingMessage {
  const stream = Readable.from([Buffer.from(body)]);
  return Object.assign(stream, { headers: { 'content-type': 'application/json', ...headers } }) as never;
}

const oneSpan = JSON.stringify({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x' }] }] }],
});

const kept = { add: async () => 'stored' as const };

describe('the OTLP receiver', () => {
  it('answers 503 with Retry-After while too many bytes are in flight, and recovers', async () => {
    let stored = () => {};
    const commit = {
      add: () =>
        new Promise<'stored'>((resolve) => {
          stored = () => resolve('stored');
        }),
    };
    const receiver = new TraceReceiver(commit, new ByteBudget(oneSpan.length + 10));
    const first = receiver.receive(incoming(oneSpan));
    const refused = await receiver.receive(incoming(oneSpan));
    assert.equal(refused.status, 503);
    assert.match(refused.headers?.['Retry-After'] ?? '', /^[123]$/);
    // What was refused holds no bytes, what is not yet durable still does.
    assert.equal((await receiver.receive(incoming('{}'))).status, 200);
    while (receiver.stats().acknowledgedSpans === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      stored();
    }
    assert.equal((await first).status, 200);
    assert.equal((await receiver.receive(incoming('{}'.padEnd(oneSpan.length)))).status, 200);
    assert.deepEqual(receiver.stats(), {
      requests: 4,
      receivedSpans: 1,
      acknowledgedSpans: 1,
      rejectedSpans: 0,
      failedRequests: 1,
    });
  });

  for (const reason of ['full', 'busy', 'disk', 'closing'] satisfies RefusalReason[]) {
    it(`answers 503 with Retry-After and one sentence when the buffer takes nothing: ${reason}`, async () => {
      const add = async () => {
        throw new NotTaken(reason, 'hidden detail /var/lib');
      };
      const answer = await new TraceReceiver({ add }, new ByteBudget(1e9)).receive(incoming(oneSpan));
      assert.equal(answer.status, 503);
      assert.match(answer.headers?.['Retry-After'] ?? '', /^[123]$/);
      const { message } = JSON.parse(String(answer.body)) as { message: string };
      assert.match(message, /^The .*; send this again.*\.$/);
      assert.doesNotMatch(message, /hidden/);
    });
  }

  it('hands the same key over for the same content, whatever way it was packed', async () => {
    const keys: string[] = [];
    const add = async (_rows: Rows, key: Buffer) => {
      keys.push(key.toString('hex'));
      return 'stored' as const;
    };
    const receiver = new TraceReceiver({ add }, new ByteBudget(1e9));
    const packed = await import('node:zlib').then(({ gzipSync }) => gzipSync(oneSpan));
    for (const body of [oneSpan, packed, `${oneSpan} `]) {
      const isPacked = typeof body !== 'string';
      const request = Object.assign(Readable.from([Buffer.from(body)]), {
        headers: { 'content-type': 'application/json', ...(isPacked && { 'content-encoding': 'gzip' }) },
      });
      assert.equal((await receiver.receive(request as never)).status, 200);
    }
    assert.equal(keys[0]?.length, 32);
    assert.equal(keys[1], keys[0]);
    assert.notEqual(keys[2], keys[0]);
  });

  it('refuses a declared length beyond the limit before it reads anything', async () => {
    const receiver = new TraceReceiver(kept, new ByteBudget(1e9));
    const request = incoming('{}', { 'content-length': String(64 * 1024 * 1024 + 1) });
    assert.equal((await receiver.receive(request)).status, 413);
    assert.equal(request.readableDidRead, false);
  });
});
