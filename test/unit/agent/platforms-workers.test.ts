import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { attributesOf, callOf, eventNames, resourceOf } from '#agent/platforms/workers.js';
import { coldlens } from '#agent/workers.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('Cloudflare Workers', () => {
  const triggers = { fetch: 'http', scheduled: 'timer', queue: 'pubsub', email: 'other', tail: 'other' };
  for (const [event, expected] of Object.entries(triggers)) {
    it(`${event} is triggered by ${expected}`, () => {
      assert.ok((eventNames as string[]).includes(event));
      assert.equal(attributesOf(event as never)['faas.trigger'], expected);
    });
  }

  it("takes a request's ray as invocation id and its traceparent as parent", () => {
    const request = new Request('https://example.com', { headers: { 'CF-Ray': 'ray-1', traceparent } });
    const { invocationId, parent } = callOf('fetch', [request]);
    assert.equal(invocationId, 'ray-1');
    assert.equal(parent?.spanId, 'b7ad6b7169203331');
    assert.deepEqual(callOf('fetch', [new Request('https://example.com')]), { invocationId: null, parent: null });
  });

  it("names a cron trigger's invocation by its schedule, as the collector does", () => {
    const at = Date.UTC(2026, 10, 22);
    assert.equal(callOf('scheduled', [{ cron: '*/5 * * * *', scheduledTime: at }]).invocationId, `*/5 * * * * ${at}`);
    for (const controller of [{ cron: '* * * * *' }, { scheduledTime: at }, { cron: 1, scheduledTime: 'x' }, null]) {
      assert.equal(callOf('scheduled', [controller]).invocationId, null);
    }
  });

  it("takes a queue's trace from its first message, where the sender put one", () => {
    assert.equal(callOf('queue', [{ messages: [{ body: { traceparent } }] }]).parent?.spanId, 'b7ad6b7169203331');
    for (const batch of [{ messages: [] }, { messages: [{ body: 'text' }] }, null]) {
      assert.equal(callOf('queue', [batch]).parent, null);
    }
  });

  it('is named by the option, else by the binding, and keeps one id for the isolate', () => {
    const env = { OTEL_SERVICE_NAME: 'shop', CF_VERSION_METADATA: { id: 'v-1' } } as unknown as Record<string, string>;
    assert.equal(resourceOf({}, undefined)['faas.name'], 'worker');
    assert.equal(resourceOf({}, 'given')['faas.name'], 'given');
    const resource = resourceOf(env, undefined);
    assert.equal(resource['faas.name'], 'shop');
    assert.equal(resource['faas.version'], 'v-1');
    assert.equal(resource['faas.instance'], resourceOf(env, undefined)['faas.instance']);
    assert.equal(resource['cloud.platform'], 'cloudflare.workers');
  });

  it('leaves what is no object of handlers as it is', () => {
    class Entrypoint {}
    for (const given of [Entrypoint, null, 7]) assert.equal(coldlens(given), given);
  });

  it('has a build without anything of Node in it', async () => {
    const text = await readFile(new URL('../../../agent/dist/workers.mjs', import.meta.url), 'utf8');
    assert.doesNotMatch(
      text,
      /\bnode:|\bprocess\.(env|pid|versions|getBuiltinModule)|\brequire\(|\bBuffer\b|setImmediate/,
    );
  });
});
