import assert from 'node:assert/strict';
import { azure } from '#agent/platforms/azure.js';

const context = (more: object = {}): object => ({ invocationId: 'id-1', functionName: 'orders', ...more });
const trigger = (type: string): object => context({ options: { trigger: { type, name: 'x' } } });
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = (spanId: string): string => `00-${traceId}-${spanId}-01`;

describe('Azure Functions', () => {
  describe('is recognised', () => {
    const cases: [Record<string, string>, boolean][] = [
      [{ FUNCTIONS_WORKER_RUNTIME: 'node' }, true],
      [{ FUNCTIONS_EXTENSION_VERSION: '~4' }, true],
      [{ WEBSITE_SITE_NAME: 'a web app, not a function' }, false],
      [{}, false],
    ];
    for (const [env, expected] of cases) {
      it(`${expected ? 'by' : 'not by'} ${JSON.stringify(env)}`, () => assert.equal(azure.matches(env), expected));
    }
  });

  describe('trigger', () => {
    const cases = {
      httpTrigger: 'http',
      timerTrigger: 'timer',
      queueTrigger: 'pubsub',
      serviceBusTrigger: 'pubsub',
      eventHubTrigger: 'pubsub',
      eventGridTrigger: 'pubsub',
      blobTrigger: 'datasource',
      cosmosDBTrigger: 'datasource',
      sqlTrigger: 'datasource',
      mysqlTrigger: 'datasource',
      warmupTrigger: 'other',
      mcpToolTrigger: 'other',
    };
    for (const [type, expected] of Object.entries(cases)) {
      it(`${type} is ${expected}`, () => {
        assert.equal(azure.attributes([{}, trigger(type)])['faas.trigger'], expected);
      });
    }
    it('is unknown without a context', () => assert.equal(azure.attributes([null, 3])['faas.trigger'], undefined));
  });

  describe('invocation', () => {
    it('has its id from the context, wherever that stands', () => {
      assert.equal(azure.call([{}, context()], undefined).invocationId, 'id-1');
      assert.equal(azure.call([context(), {}], undefined).invocationId, 'id-1');
      assert.equal(azure.call([], undefined).invocationId, null);
    });
    const first = 'b7ad6b7169203331';
    const second = '00f067aa0ba902b7';
    const cases: Record<string, [unknown[], string | null]> = {
      'the request': [
        [
          { headers: new Headers({ traceparent: traceparent(first) }) },
          context({ traceContext: { traceParent: traceparent(second) } }),
        ],
        first,
      ],
      'the host, where the caller sent none': [
        [{ headers: new Headers() }, context({ traceContext: { traceParent: traceparent(second) } })],
        second,
      ],
      'a v3 context': [[context({ traceContext: { traceparent: traceparent(first) } }), {}], first],
      'Service Bus': [
        ['body', context({ triggerMetadata: { applicationProperties: { 'Diagnostic-Id': traceparent(first) } } })],
        first,
      ],
      'the first of a batch of Event Hubs': [
        [[{}], context({ triggerMetadata: { propertiesArray: [{ 'Diagnostic-Id': traceparent(first) }] } })],
        first,
      ],
      'Event Grid': [[{ traceparent: traceparent(first) }, context()], first],
      'nothing that is malformed': [[{ headers: { traceparent: 'x' } }, context({ traceContext: 7 })], null],
    };
    for (const [from, [args, expected]] of Object.entries(cases)) {
      it(`takes its parent from ${from}`, () => {
        assert.equal(azure.call(args, undefined).parent?.spanId ?? null, expected);
      });
    }
  });

  describe('kind of start', () => {
    const http = { headers: new Headers({ 'X-MS-COLDSTART': '1' }) };
    const cases = [
      {
        name: 'the host says cold',
        env: {},
        gapMs: 500,
        input: http,
        kind: 'cold',
        certainty: 'certain',
        idleMs: null,
      },
      { name: 'nobody says anything', env: {}, gapMs: 5, input: {}, kind: 'cold', certainty: 'inferred', idleMs: null },
      { name: 'it idled', env: {}, gapMs: 20_000, input: {}, kind: 'prewarmed', certainty: 'inferred', idleMs: 20_000 },
      {
        name: 'it is always ready',
        env: { FUNCTIONS_ALWAYSREADY_INSTANCE: '1' },
        gapMs: 50,
        input: {},
        kind: 'prewarmed',
        certainty: 'certain',
        idleMs: 50,
      },
      {
        name: 'it still is a placeholder',
        env: { WEBSITE_PLACEHOLDER_MODE: '1' },
        gapMs: 50,
        input: {},
        kind: 'prewarmed',
        certainty: 'inferred',
        idleMs: 50,
      },
      {
        name: 'it was a placeholder, and the app was loaded for the caller',
        env: { WEBSITE_PLACEHOLDER_MODE: '0', INITIALIZED_FROM_PLACEHOLDER: 'True' },
        gapMs: 50,
        input: {},
        kind: 'cold',
        certainty: 'inferred',
        idleMs: null,
      },
    ];
    for (const { name, env, gapMs, input, ...expected } of cases) {
      it(`is ${expected.kind}, ${expected.certainty}, when ${name}`, () => {
        assert.deepEqual(azure.firstStart(env, gapMs, [input, context()]), expected);
      });
    }
    it('is prewarmed when the warm-up trigger comes first', () => {
      assert.equal(azure.firstStart({}, 1, [{}, trigger('warmupTrigger')]).kind, 'prewarmed');
    });
    it('knows a process that is older than its instance', () => {
      assert.equal(azure.startedAsPlaceholder?.({ INITIALIZED_FROM_PLACEHOLDER: 'True' }), true);
      assert.equal(azure.startedAsPlaceholder?.({ WEBSITE_PLACEHOLDER_MODE: '0' }), true);
      assert.equal(azure.startedAsPlaceholder?.({}), false);
    });
  });

  it('describes the app as its resource', () => {
    const env = {
      WEBSITE_SITE_NAME: 'shop',
      WEBSITE_OWNER_NAME: 'sub-1+group-WestEuropewebspace',
      WEBSITE_RESOURCE_GROUP: 'group',
      REGION_NAME: 'West Europe',
      WEBSITE_SKU: 'FlexConsumption',
      CONTAINER_NAME: 'c-1',
      FUNCTIONS_WORKER_RUNTIME: 'node',
    };
    const resource = azure.resource(env, []);
    assert.equal(resource['cloud.account.id'], 'sub-1');
    assert.equal(resource['cloud.region'], 'West Europe');
    assert.equal(resource['faas.name'], 'shop');
    assert.equal(resource['faas.instance'], 'c-1');
    assert.equal(resource['coldlens.sku'], 'FlexConsumption');
    assert.equal(
      resource['cloud.resource_id'],
      '/subscriptions/sub-1/resourceGroups/group/providers/Microsoft.Web/sites/shop',
    );
    assert.equal(azure.resource({}, [])['cloud.account.id'], undefined);
    const nameIn = (slot: string): unknown => azure.resource({ ...env, WEBSITE_SLOT_NAME: slot }, [])['faas.name'];
    assert.deepEqual(['Production', 'staging', ''].map(nameIn), ['shop', 'shop-staging', 'shop']);
  });
});
