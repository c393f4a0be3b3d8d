/** What a wrapped handler is to whoever calls it: the same as before. In this process, with nothing exported. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { coldlens } from '@coldlens/agent';
import { state } from '#agent/state.js';

// Other tests of this process look at spans as if no agent had been loaded.
state.ownLoadMs = 0;

const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

describe('a wrapped handler', () => {
  const kept: Record<string, string | undefined> = {};
  const set = (name: string, value: string): void => {
    kept[name] = process.env[name];
    process.env[name] = value;
  };
  const turns = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 50));
  beforeEach(() => set('OTEL_SDK_DISABLED', 'true'));
  afterEach(async () => {
    // What comes after a response happens under the test's own variables.
    await turns();
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('takes functions for what they are where no platform passes callbacks', async () => {
    const mapped = coldlens((list: number[], change: (n: number, at: number) => number) => list.map(change));
    assert.deepEqual(
      mapped([1, 2], (n, at) => n * 2 + at),
      [2, 5],
    );
    const order: string[] = [];
    const middleware = coldlens(async (_context: unknown, next: () => Promise<string>) => {
      order.push(await next());
      return 'done';
    });
    assert.equal(await middleware({}, async () => 'next'), 'done');
    assert.deepEqual(order, ['next']);
  });

  it('has its callback called as the platform passed it', () => {
    set('FUNCTION_TARGET', 'handler');
    const seen: unknown[] = [];
    const receiver = { name: 'platform' };
    const wrapped = coldlens(function (this: unknown, _event: unknown, callback: (...told: unknown[]) => unknown) {
      return callback.call(receiver, null, 'result', 'more');
    });
    const returned = wrapped({}, function (this: unknown, ...told: unknown[]) {
      seen.push(this, ...told);
      return 'returned';
    });
    assert.deepEqual([returned, ...seen], ['returned', receiver, null, 'result', 'more']);
  });

  it('asks a result that only has a `then` once', async () => {
    let asked = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: query builders look like this.
      then(resolve: (value: string) => void) {
        asked += 1;
        resolve('rows');
      },
    };
    assert.equal(await coldlens(() => query)(), 'rows');
    assert.equal(asked, 1);
  });

  it('passes on a result whose `then` cannot be read', () => {
    const odd = new Proxy(
      {},
      {
        get() {
          throw new Error('not for you');
        },
      },
    );
    assert.equal(coldlens(() => odd)(), odd);
  });

  it('leaves a rejection unhandled that nobody handles', async () => {
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const unhandled = once(process, 'unhandledRejection');
      void coldlens(async () => {
        throw new RangeError('nobody looks');
      })();
      const [error] = await unhandled;
      assert.ok(error instanceof RangeError);
    } finally {
      for (const other of others) process.on('unhandledRejection', other);
    }
  });

  it('streams when the mark is put on it afterwards, as `streamifyResponse(coldlens(handler))` does', async () => {
    set('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
    const wrapped = coldlens(async (_event: unknown, _stream: unknown, context: unknown) => typeof context);
    Object.assign(wrapped, { [streamingMark]: 'response' });
    assert.equal(await wrapped({}, {}, { awsRequestId: 'x' }), 'object');
  });

  it('has the properties of the handler, whatever they are called', () => {
    const handler = Object.assign(async () => 1, { memory: 512 });
    Object.defineProperty(handler, 'name', { value: 'orders', enumerable: true });
    const wrapped = coldlens(handler);
    assert.equal(wrapped.memory, 512);
    assert.equal(wrapped.name, 'orders');
    assert.equal(coldlens(wrapped), wrapped);
  });
});
