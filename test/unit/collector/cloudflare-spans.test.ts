/** Spans that Cloudflare exports itself: whose invocation the root is, and what it tells. */
import assert from 'node:assert/strict';
import { assembleInvocations } from '#collector/model/invocation/assemble.js';
import { received } from '#collector/model/invocation/facts.js';
import type { PartialInvocation } from '#collector/model/invocation/partial.js';
import { type AttributeValue, emptySpan } from '#collector/model/span.js';

const receivedMs = Date.UTC(2026, 10, 22, 12);
const startNs = BigInt(receivedMs - 1000) * 1_000_000n;

const told = (attributes: Record<string, AttributeValue>, kind = 2): PartialInvocation[] => {
  const resource = new Map<string, AttributeValue>(
    Object.entries({
      'cloud.provider': 'cloudflare',
      'cloud.platform': 'cloudflare.workers',
      'faas.name': 'shop',
      'faas.version': 'v1',
      'faas.invoked_region': 'ENAM',
    }),
  );
  const all = new Map(Object.entries({ 'faas.invocation_id': 'own', ...attributes }));
  const span = { ...emptySpan(resource), traceId: 'a'.repeat(32), startNs, endNs: startNs + 1n, attributes: all, kind };
  return assembleInvocations([received(span, receivedMs)]);
};
const only = (attributes: Record<string, AttributeValue>, kind?: number): PartialInvocation => {
  const all = told(attributes, kind);
  assert.equal(all.length, 1);
  return all[0] as PartialInvocation;
};

const root = {
  'cloudflare.handler_type': 'fetch',
  'cloudflare.execution_model': 'stateless',
  'cloudflare.outcome': 'ok',
};

describe('the spans that Cloudflare exports', () => {
  it('are of the Worker wherever it ran, as the agent tells it', () => {
    const { provider, account, region, functionName, functionVersion } = only(root);
    assert.deepEqual([provider, account, region, functionName, functionVersion], ['cloudflare', '', '', 'shop', 'v1']);
  });

  it('are an invocation by their root, of whatever kind that is', () => {
    assert.equal(only(root, 1).functionName, 'shop');
    assert.deepEqual(told({ 'jsrpc.operation': 'call' }, 3), []);
  });

  for (const [attributes, id] of [
    [{ 'cloudflare.ray_id': 'a4338d04285dc51c' }, 'a4338d04285dc51c'],
    [{ 'cloudflare.ray_id': '' }, 'own'],
    [{ 'cloudflare.ray_id': 'ray', 'cloudflare.execution_model': 'durableObject' }, 'own'],
    [{ 'cloudflare.ray_id': 'ray', 'cloudflare.execution_model': 'stateful' }, 'own'],
    [{ 'cloudflare.ray_id': 'ray', 'cloudflare.entrypoint': 'Cart' }, 'own'],
    [{ 'cloudflare.ray_id': 'ray', 'cloudflare.entrypoint': 'default' }, 'ray'],
    [{ 'cloudflare.ray_id': 'ray', 'cloudflare.handler_type': 'queue' }, 'own'],
    [
      {
        'cloudflare.handler_type': 'scheduled',
        'faas.cron': '* * * * *',
        'cloudflare.scheduled_time': 1_790_774_700_000,
      },
      '* * * * * 1790774700000',
    ],
    [
      {
        'cloudflare.handler_type': 'scheduled',
        'faas.cron': '* * * * *',
        'cloudflare.scheduled_time': '2026-09-30T13:25:00.000Z',
      },
      '* * * * * 1790774700000',
    ],
    [{ 'cloudflare.handler_type': 'scheduled', 'faas.cron': '* * * * *' }, 'own'],
  ] as const) {
    it(`have the id ${id} with ${JSON.stringify(attributes)}`, () => {
      assert.equal(only({ ...root, ...attributes }).invocationId, id);
    });
  }

  for (const [handler, trigger, expected] of [
    ['fetch', 'http', 'http'],
    ['scheduled', 'cron', 'timer'],
    ['alarm', 'alarm', 'timer'],
    ['queue', 'queue', 'pubsub'],
    ['email', 'email', 'other'],
    ['jsrpc', 'jsrpc', 'other'],
  ]) {
    it(`of ${handler} are triggered by ${expected}`, () => {
      assert.equal(only({ 'cloudflare.handler_type': handler ?? '', 'faas.trigger': trigger ?? '' }).trigger, expected);
      assert.equal(only({ 'cloudflare.outcome': 'ok', 'faas.trigger': trigger ?? '' }).trigger, expected);
    });
  }

  for (const [outcome, status, errorType] of [
    ['ok', 'success', null],
    ['canceled', 'success', null],
    ['responseStreamDisconnected', 'success', null],
    ['exception', 'error', 'exception'],
    ['exceededCpu', 'timeout', 'exceededCpu'],
    ['exceededMemory', 'failure', 'exceededMemory'],
    ['somethingNew', 'failure', 'somethingNew'],
    ['unknown', null, null],
  ] as const) {
    it(`that ended ${outcome} have the status ${status}`, () => {
      const { platformStatus, platformErrorType } = only({ ...root, 'cloudflare.outcome': outcome });
      assert.deepEqual([platformStatus, platformErrorType], [status, errorType]);
    });
  }

  it('tell CPU and wall time by the documented names and by those that really come', () => {
    for (const prefix of ['cloudflare.', '']) {
      const { platformCpuUs, platformDurationNs } = only({
        ...root,
        [`${prefix}cpu_time_ms`]: 4,
        [`${prefix}wall_time_ms`]: 26,
      });
      assert.deepEqual([platformCpuUs, platformDurationNs], [4_000n, 26_000_000n]);
    }
    const { platformCpuUs, platformDurationNs } = only({ ...root, cpu_time_ms: -1, wall_time_ms: 'x' });
    assert.deepEqual([platformCpuUs, platformDurationNs], [null, null]);
  });

  it('tell no kind of start', () => {
    const { platformStartKind, otelStartKind, startKind } = only(root);
    assert.deepEqual([platformStartKind, otelStartKind, startKind], [null, null, null]);
  });
});
