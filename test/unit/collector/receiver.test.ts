import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { GroupCommit } from '#collector/buffer/group-commit.js';
import { ByteBudget } from '#collector/receive/byte-budget.js';
import { TraceReceiver } from '#collector/receive/otlp/receiver.js';
import { DecodePool } from '#collector/receive/workers/decode-pool.js';

/** As much of a request as the receiver looks at. */
function incoming(body: string, headers: Record<string, string> = {}): IncomingMessage {
  const stream = Readable.from([Buffer.from(body)]);
  return Object.assign(stream, { headers: { 'content-type': 'application/json', ...headers } }) as never;
}

const oneSpan = JSON.stringify({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x' }] }] }],
});

describe('the OTLP receiver', () => {
  const decoder = new DecodePool({ threads: 1 });
  after(() => decoder.close());

  it('answers 503 with Retry-After while too many bytes are in flight, and recovers', async () => {
    let stored = () => {};
    const commit = new GroupCommit({
      insert: () =>
        new Promise((resolve) => {
          stored = resolve;
        }),
      lingerMs: 1,
    });
    const receiver = new TraceReceiver(commit, new ByteBudget(oneSpan.length + 10), decoder);
    const first = receiver.receive(incoming(oneSpan));
    const refused = await receiver.receive(incoming(oneSpan));
    assert.equal(refused.status, 503);
    assert.deepEqual(refused.headers, { 'Retry-After': '1' });
    // What was refused holds no bytes, what waits for its insert still does.
    assert.equal((await receiver.receive(incoming('{}'))).status, 200);
    while (receiver.stats().acknowledgedSpans === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      stored();
    }
    assert.equal((await first).status, 200);
    assert.equal((await receiver.receive(incoming('{}'.padEnd(oneSpan.length)))).status, 200);
    assert.deepEqual(
      { ...receiver.stats() },
      {
        requests: 4,
        receivedSpans: 1,
        acknowledgedSpans: 1,
        rejectedSpans: 0,
        failedRequests: 1,
        lastStoreFailure: null,
      },
    );
  });

  it('refuses a declared length beyond the limit before it reads anything', async () => {
    const receiver = new TraceReceiver(new GroupCommit({ insert: async () => {} }), new ByteBudget(1e9), decoder);
    const request = incoming('{}', { 'content-length': String(64 * 1024 * 1024 + 1) });
    assert.equal((await receiver.receive(request)).status, 413);
    assert.equal(request.readableDidRead, false);
  });
});
