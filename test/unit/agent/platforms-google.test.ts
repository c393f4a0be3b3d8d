import assert from 'node:assert/strict';
import { google } from '#agent/platforms/google.js';
import { fromCloudTrace } from '#agent/trace/remote-parent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const cloudEvent = (type: string, more: object = {}): object => ({ specversion: '1.0', id: 'event-1', type, ...more });

describe('Google functions', () => {
  const generations: [string, Record<string, string>, string | null][] = [
    ['1st gen', { FUNCTION_TARGET: 'f', K_SERVICE: 'f' }, 'gcp_cloud_functions'],
    ['2nd gen', { FUNCTION_TARGET: 'f', K_SERVICE: 'f', K_CONFIGURATION: 'f' }, 'gcp_cloud_run'],
    ['a Cloud Run service', { K_SERVICE: 's', K_CONFIGURATION: 's' }, 'gcp_cloud_run'],
    ['anything else', { PORT: '8080' }, null],
  ];
  for (const [name, env, platform] of generations) {
    it(`tells ${name} apart`, () => {
      assert.equal(google.matches(env), platform !== null);
      if (platform) assert.equal(google.resource(env, [])['cloud.platform'], platform);
    });
  }

  const triggers: [string, unknown[], string | undefined][] = [
    ['a request', [{ headers: {} }, {}], 'http'],
    ['Pub/Sub', [cloudEvent('google.cloud.pubsub.topic.v1.messagePublished')], 'pubsub'],
    ['Storage', [cloudEvent('google.cloud.storage.object.v1.finalized')], 'datasource'],
    ['Firestore', [cloudEvent('google.cloud.firestore.document.v1.written')], 'datasource'],
    ['an audit log', [cloudEvent('google.cloud.audit.log.v1.written')], 'other'],
    ['a background Pub/Sub message', [{}, { eventType: 'google.pubsub.topic.publish' }], 'pubsub'],
    ['a background Storage event', [{}, { eventType: 'google.storage.object.finalize' }], 'datasource'],
    [
      'an old Firestore event',
      [{}, { eventType: 'providers/cloud.firestore/eventTypes/document.write' }],
      'datasource',
    ],
    ['nothing', [], undefined],
  ];
  for (const [name, args, expected] of triggers) {
    it(`calls the trigger of ${name} ${expected}`, () => {
      assert.equal(google.attributes(args)['faas.trigger'], expected);
    });
  }

  const ids: [string, unknown[], string | null][] = [
    ['the execution id of a request', [{ headers: { 'function-execution-id': 'e-1' }, executionId: 'e-2' }], 'e-1'],
    [
      'trace and span of a request',
      [{ headers: { 'x-cloud-trace-context': `${traceId}/255;o=1` }, executionId: 'e-2' }],
      `${traceId}/255`,
    ],
    ['no trace without a span', [{ headers: { 'x-cloud-trace-context': traceId }, executionId: 'e-2' }], 'e-2'],
    ["the framework's own execution id", [{ headers: {}, executionId: 'e-2' }], 'e-2'],
    ['the id of a CloudEvent', [cloudEvent('x')], 'event-1'],
    ['the event id of a background function', [{ id: 7 }, { eventId: 'b-1' }], 'b-1'],
    ['nothing in a request without one', [{ headers: {}, id: 'a logger made this' }], null],
  ];
  for (const [name, args, expected] of ids) {
    it(`takes ${name} as invocation id`, () => assert.equal(google.call(args, undefined).invocationId, expected));
  }

  const parents: [string, unknown[], string | null][] = [
    ['a request', [{ headers: { traceparent } }], 'b7ad6b7169203331'],
    [
      "a request with Google's older header",
      [{ headers: { 'x-cloud-trace-context': `${traceId}/255;o=1` } }],
      '00000000000000ff',
    ],
    ['a CloudEvent', [cloudEvent('x', { traceparent })], 'b7ad6b7169203331'],
    [
      'a Pub/Sub message',
      [cloudEvent('x', { data: { message: { attributes: { googclient_traceparent: traceparent } } } })],
      'b7ad6b7169203331',
    ],
    ['a background Pub/Sub message', [{ attributes: { traceparent } }, { eventId: '1' }], 'b7ad6b7169203331'],
    ['nothing malformed', [cloudEvent('x', { traceparent: {}, data: 'text' })], null],
  ];
  for (const [name, args, expected] of parents) {
    it(`takes the parent from ${name}`, () => {
      assert.equal(google.call(args, undefined).parent?.spanId ?? null, expected);
    });
  }

  it("reads Google's older trace header and refuses what is malformed", () => {
    assert.deepEqual(fromCloudTrace(`${traceId}/1`), { traceId, spanId: '0000000000000001' });
    assert.deepEqual(fromCloudTrace(traceId), { traceId, spanId: null });
    for (const bad of [`${'0'.repeat(32)}/1`, 'x/1', '', 7, `${traceId}/x`]) assert.equal(fromCloudTrace(bad), null);
    assert.deepEqual(fromCloudTrace(`${traceId}/99999999999999999999`), { traceId, spanId: null });
  });

  it('knows the time that a request has', () => {
    assert.equal(google.remainingMs([], { CLOUD_RUN_TIMEOUT_SECONDS: '60' }), 60_000);
    assert.equal(google.remainingMs([], {}), null);
    assert.equal(google.remainingMs([], { CLOUD_RUN_TIMEOUT_SECONDS: 'x' }), null);
  });

  it('infers every kind of start', () => {
    assert.deepEqual(google.firstStart({}, 5, []), { kind: 'cold', certainty: 'inferred', idleMs: null });
    assert.equal(google.firstStart({}, 60_000, []).kind, 'prewarmed');
  });
});
