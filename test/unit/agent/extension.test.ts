import assert from 'node:assert/strict';
import { agentLine, rootsIn } from '#agent/extension/agent-spans.js';
import { Outbox } from '#agent/extension/outbox.js';
import { PlatformSpans } from '#agent/extension/platform-spans.js';
import { Relay } from '#agent/extension/relay.js';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

// biome-ignore lint/suspicious/noExplicitAny: OTLP/JSON is read field by field.
type Json = any;

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const rootSpan = (id: string) => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  name: 'probe',
  startTimeUnixNano: '0',
  endTimeUnixNano: '0',
  attributes: [text('faas.invocation.id', id), text('coldlens.phase', 'invocation')],
});
const part = (...spans: object[]) => ({
  resource: { attributes: [text('faas.name', 'probe')] },
  scopeSpans: [{ scope: { name: 'coldlens' }, spans }],
});
const attributes = (span: Json): Record<string, unknown> =>
  Object.fromEntries(span.attributes.map(({ key, value }: Json) => [key, Object.values(value)[0]]));

describe("the extension's view of the agent's spans", () => {
  it('finds the roots and nothing in anything else', () => {
    assert.deepEqual(rootsIn(part(rootSpan('one'))), [
      { invocationId: 'one', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
    ]);
    for (const odd of [null, 7, 'text', [], { scopeSpans: 3 }, { scopeSpans: [{ spans: [null, 1, {}] }] }]) {
      assert.deepEqual(rootsIn(odd), []);
    }
  });

  it("gives a line's service the function's name, which the line leaves out", () => {
    const named = (...more: object[]) => ({ resource: { attributes: [text('faas.name', 'probe'), ...more] } });
    const line = {
      coldlens: 1,
      resourceSpans: [named(), named(text('service.name', 'orders')), null, { resource: 3 }],
    };
    const { resourceSpans }: Json = agentLine(JSON.stringify(line));
    assert.deepEqual(
      resourceSpans.slice(0, 2).map((each: Json) => attributes(each.resource)['service.name']),
      ['probe', 'orders'],
    );
  });

  it("knows the agent's line among a function's lines, as text and as an object", () => {
    assert.deepEqual(agentLine('{"coldlens":1,"resourceSpans":[]}\n'), { coldlens: 1, resourceSpans: [] });
    assert.deepEqual(agentLine({ coldlens: 1, resourceSpans: [] }), { coldlens: 1, resourceSpans: [] });
    for (const other of ['hello', '{"coldlens":1,"cut', { message: 'x' }, null, 3])
      assert.equal(agentLine(other), null);
  });
});

describe("the platform's figures as a span", () => {
  const at = (type: string, record: object) => ({ time: '2026-11-22T10:00:00.000Z', type: `platform.${type}`, record });
  const report = (requestId: string, metrics: object = {}) =>
    at('report', { requestId, status: 'success', metrics: { durationMs: 2.5, billedDurationMs: 417, ...metrics } });

  it("holds init, billed time and memory, and joins the agent's trace", () => {
    const spans = new PlatformSpans();
    spans.noteRoot({ invocationId: 'one', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
    const init = { initializationType: 'on-demand', phase: 'init', metrics: { durationMs: 413.61 } };
    assert.equal(spans.take(at('initReport', init)), null);
    assert.equal(spans.take(at('start', { requestId: 'one' })), null);
    const span: Json = spans.take(report('one', { initDurationMs: 413.61, maxMemoryUsedMB: 95 }));
    assert.equal(span.traceId, 'a'.repeat(32));
    assert.equal(span.parentSpanId, 'b'.repeat(16));
    assert.equal(span.startTimeUnixNano, `${Date.parse('2026-11-22T10:00:00.000Z')}000000`);
    assert.deepEqual(attributes(span), {
      'coldlens.platform.reported_init_ms': 413.61,
      'coldlens.platform.init_type': 'on-demand',
      'coldlens.platform.init_phase': 'init',
      'coldlens.phase': 'platform',
      'faas.invocation.id': 'one',
      'coldlens.platform.status': 'success',
      'coldlens.platform.duration_ms': 2.5,
      'coldlens.platform.billed_ms': '417',
      'coldlens.platform.memory_used_mb': '95',
    });
  });

  it('tells of the init only once, and of what the platform did not tell nothing', () => {
    const spans = new PlatformSpans();
    spans.take(at('initReport', { metrics: { durationMs: 100 } }));
    spans.take(report('one'));
    const second = attributes(spans.take(report('two')));
    assert.ok(!('coldlens.platform.reported_init_ms' in second));
    assert.ok(!('coldlens.platform.memory_used_mb' in second));
  });

  it('has restore times of SnapStart', () => {
    const spans = new PlatformSpans();
    spans.take(at('restoreReport', { status: 'success', metrics: { durationMs: 500.795 } }));
    const found = attributes(spans.take(report('one', { billedRestoreDurationMs: 53 })));
    assert.equal(found['coldlens.platform.restore_ms'], 500.795);
    assert.equal(found['coldlens.platform.billed_restore_ms'], '53');
  });

  it('takes events of any shape', () => {
    const spans = new PlatformSpans();
    for (const odd of [null, 1, 'x', [], {}, { type: 'platform.report' }, { type: 'platform.report', record: 3 }]) {
      assert.equal(spans.take(odd), null);
    }
    const span: Json = spans.take({
      type: 'platform.report',
      record: { requestId: 'one', metrics: { durationMs: 'x' } },
    });
    assert.match(span.traceId, /^[0-9a-f]{32}$/);
  });
});

describe("the extension's outbox", () => {
  const { receiver } = stageForEachTest();

  const endpoint = () => ({ url: new URL(`${receiver.url}/v1/traces`), headers: {}, timeoutMs: 1_000, gzip: false });
  const ids = () => receiver.spans.map((span) => span.attributes['faas.invocation.id']);

  it('sends everything in one request, once', async () => {
    const outbox = new Outbox(endpoint());
    outbox.add(part(rootSpan('one')));
    outbox.add(part(rootSpan('two')));
    await outbox.send(1_000);
    await outbox.send(1_000);
    assert.deepEqual(ids(), ['one', 'two']);
    assert.equal(receiver.requests, 1);
    assert.equal(outbox.bytes, 0);
  });

  it('keeps within 4 MB, the newest', async () => {
    const outbox = new Outbox(endpoint());
    for (let id = 0; id < 60; id += 1) {
      outbox.add(part({ ...rootSpan(String(id)), events: 'x'.repeat(100_000) }));
      assert.ok(outbox.bytes <= 4 * 1_024 * 1_024);
    }
    await outbox.send(5_000);
    assert.equal(ids().at(-1), '59');
    assert.ok(ids().length < 60 && ids().length >= 40);
    assert.ok(receiver.requests > 10, 'in requests of a bounded size');
  });

  it('sends in passing only now and then', async () => {
    let now = 0;
    const outbox = new Outbox(endpoint(), () => now);
    const pass = (id: string) => {
      outbox.add(part(rootSpan(id)));
      outbox.sendInPassing();
    };
    pass('one');
    await until('the first is sent', () => ids().length === 1);
    pass('two');
    now = 4_000;
    pass('three');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(receiver.requests, 1);
    now = 5_001;
    pass('four');
    await until('the rest is sent', () => ids().length === 4);
    assert.equal(receiver.requests, 2);
  });

  it('drops what is refused and keeps what is not taken', async () => {
    const outbox = new Outbox(endpoint());
    const accept = receiver.answer;
    receiver.answer = (_request, response) => response.writeHead(503).end();
    outbox.add(part(rootSpan('kept')));
    await outbox.send(1_000);
    assert.ok(outbox.bytes > 0);
    receiver.answer = accept;
    await outbox.send(1_000);
    receiver.answer = (_request, response) => response.writeHead(400).end();
    outbox.add(part(rootSpan('refused')));
    await outbox.send(1_000);
    assert.equal(outbox.bytes, 0);
    assert.deepEqual(ids(), ['kept']);
  });

  it('keeps nothing where nothing is to be sent', () => {
    const outbox = new Outbox(null);
    outbox.add(part(rootSpan('one')));
    assert.equal(outbox.bytes, 0);
  });
});

describe("the extension's relay", () => {
  it('notices what becomes of the invocation under way, and gives up after the time it is given', async () => {
    const relay = new Relay(new Outbox(null));
    relay.watch('one');
    assert.equal(await relay.until('one', ['agent spans'], 20), false);
    const waiting = relay.until('one', ['runtime done', 'agent spans'], 1_000);
    relay.hearTelemetry([{ type: 'platform.runtimeDone', record: { requestId: 'other' } }]);
    relay.hearSpans({ resourceSpans: [part(rootSpan('one'))] });
    assert.equal(await waiting, true);
  });

  it('takes nothing that is no batch', () => {
    const relay = new Relay(new Outbox(null));
    for (const odd of [undefined, null, {}, 'x', 5]) {
      assert.equal(relay.hearTelemetry(odd), false);
      assert.equal(relay.hearSpans(odd), false);
    }
  });
});
