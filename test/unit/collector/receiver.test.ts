import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { NotTaken } from '#collector/buffer/not-taken.js';
import type { RefusalReason } from '#collector/buffer/stats.js';
import { bodyKey } from '#collector/receive/body-key.js';
import { ByteBudget } from '#collector/receive/byte-budget.js';
import { type Commit, Intake } from '#collector/receive/intake.js';
import { TraceReceiver } from '#collector/receive/otlp/receiver.js';
import { DecodePool } from '#collector/receive/workers/decode-pool.js';
import type { Rows } from '#collector/store/batch.js';

/** As much of a request as the receiver looks at. */
function incoming(body: string, headers: Record<string, string> = {}): IncomingMessage {
  const stream = Readable.from([Buffer.from(body)]);
  return Object.assign(stream, { headers: { 'content-type': 'application/json', ...headers } }) as never;
}

const oneSpan = JSON.stringify({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'x' }] }] }],
});

/** Keeps what it is told to keep once that is let through. */
class Gate implements Commit {
  readonly #kept = new Map<string, Promise<unknown>>();
  open = (): void => {};
  rows = 0;

  async once<Kept>(key: Buffer, keep: () => Promise<Kept>): Promise<Kept | undefined> {
    const name = key.toString('hex');
    if (this.#kept.has(name)) {
      await this.#kept.get(name);
      return undefined;
    }
    const kept = keep();
    this.#kept.set(name, kept);
    return await kept;
  }

  async add(rows: Rows): Promise<void> {
    await new Promise<void>((resolve) => {
      this.open = resolve;
    });
    this.rows += rows.spans.rows;
  }
}

const receiverOf = (commit: Commit, budgetBytes: number, decoder: DecodePool): TraceReceiver =>
  new TraceReceiver(new Intake(commit, new ByteBudget(budgetBytes), decoder));

describe('the OTLP receiver', () => {
  const decoder = new DecodePool({ threads: 1 });
  after(() => decoder.close());

  /** Until what was asked for is done, everything that comes to the gate may pass. */
  const passing = async <T>(gate: Gate, asked: Promise<T>): Promise<T> => {
    const opener = setInterval(() => gate.open(), 2);
    try {
      return await asked;
    } finally {
      clearInterval(opener);
    }
  };

  it('answers 503 with Retry-After while too many bytes are in flight, and recovers', async () => {
    const gate = new Gate();
    const receiver = receiverOf(gate, oneSpan.length + 10, decoder);
    const first = receiver.receive(incoming(oneSpan));
    const refused = await receiver.receive(incoming(oneSpan));
    assert.equal(refused.status, 503);
    assert.match(refused.headers?.['Retry-After'] ?? '', /^[123]$/);
    // What was refused holds no bytes, what waits for the disk still does.
    assert.equal((await receiver.receive(incoming('{}'))).status, 200);
    assert.equal((await passing(gate, first)).status, 200);
    assert.equal((await receiver.receive(incoming('{}'.padEnd(oneSpan.length)))).status, 200);
    assert.deepEqual(receiver.stats(), {
      requests: 4,
      receivedSpans: 1,
      acknowledgedSpans: 1,
      rejectedSpans: 0,
      failedRequests: 1,
    });
  });

  it('tells a sender that comes again the same as at first, and keeps nothing twice', async () => {
    const gate = new Gate();
    const receiver = receiverOf(gate, 1e9, decoder);
    const spans = [1, 2, 0].map((digit) => ({ traceId: 'a'.repeat(32), spanId: String(digit).repeat(16) }));
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const answers = await passing(gate, Promise.all([1, 2, 3].map(() => receiver.receive(incoming(body)))));
    answers.push(await receiver.receive(incoming(body)));
    for (const { status, body: told } of answers) {
      assert.equal(status, 200);
      assert.match(String(told), /"rejectedSpans":"1"/);
    }
    assert.equal(gate.rows, 2);
  });

  for (const reason of ['full', 'busy', 'disk', 'closing'] satisfies RefusalReason[]) {
    it(`answers 503 with Retry-After and one sentence when the buffer takes nothing: ${reason}`, async () => {
      const gate = new Gate();
      gate.add = async () => {
        throw new NotTaken(reason, 'hidden detail /var/lib');
      };
      const answer = await receiverOf(gate, 1e9, decoder).receive(incoming(oneSpan));
      assert.equal(answer.status, 503);
      assert.match(answer.headers?.['Retry-After'] ?? '', /^[123]$/);
      const { message } = JSON.parse(String(answer.body)) as { message: string };
      assert.match(message, /^The .*; send this again.*\.$/);
      assert.doesNotMatch(message, /hidden/);
    });
  }

  it('refuses a declared length beyond the limit before it reads anything', async () => {
    const receiver = receiverOf(new Gate(), 1e9, decoder);
    const request = incoming('{}', { 'content-length': String(64 * 1024 * 1024 + 1) });
    assert.equal((await receiver.receive(request)).status, 413);
    assert.equal(request.readableDidRead, false);
  });
});

describe('the key of a body', () => {
  const body = gzipSync(oneSpan);

  it('does not depend on when the body was packed', () => {
    const later = Buffer.from(body);
    later.writeUInt32LE(1_790_000_000, 4);
    assert.deepEqual(
      bodyKey({ bytes: later, isGzip: true, format: 'json' }),
      bodyKey({ bytes: body, isGzip: true, format: 'json' }),
    );
  });

  it('is another one for another body', () => {
    const format = 'json';
    const bodies = ['', '{}', oneSpan, `${oneSpan} `].map((text) => ({
      bytes: Buffer.from(text),
      isGzip: false,
      format,
    }));
    const packed = ['{}', oneSpan, `${oneSpan} `].map((text) => ({ bytes: gzipSync(text), isGzip: true, format }));
    const placed = [{}, { region: 'westeurope' }].map((place) => ({
      bytes: body,
      isGzip: true,
      format: 'azure',
      place,
    }));
    const keys = [...bodies, ...packed, ...placed].map((one) =>
      bodyKey(one as Parameters<typeof bodyKey>[0]).toString('hex'),
    );
    assert.equal(new Set(keys).size, keys.length);
    assert.ok(keys.every((key) => key.length === 32));
  });
});
