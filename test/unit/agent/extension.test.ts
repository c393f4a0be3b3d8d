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

  const root = { invocationId: 'one', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  let told: Json[];
  let spans: PlatformSpans;
  beforeEach(() => {
    told = [];
    spans = new PlatformSpans((span) => told.push(span));
  });

  it("holds init, billed time and memory, and joins the agent's trace", () => {
    spans.noteRoot(root);
    const init = { initializationType: 'on-demand', phase: 'init', metrics: { durationMs: 413.61 } };
    spans.hear(at('initReport', init));
    spans.hear(at('start', { requestId: 'one' }));
    assert.equal(told.length, 0);
    spans.hear(report('one', { initDurationMs: 413.61, maxMemoryUsedMB: 95 }));
    const [span] = told;
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

  it('tells with every invocation how its instance was initialised, where that is billed differently', () => {
    spans.hear(at('initReport', { initializationType: 'provisioned-concurrency', metrics: { durationMs: 100 } }));
    spans.hear(report('one'));
    spans.hear(report('two'));
    spans.end();
    const types = told.map((span) => attributes(span)['coldlens.platform.init_type']);
    assert.deepEqual(types, ['provisioned-concurrency', 'provisioned-concurrency']);
  });

  it('tells of the init only once, and of what the platform did not tell nothing', () => {
    spans.hear(at('initReport', { metrics: { durationMs: 100 } }));
    spans.hear(report('one'));
    spans.hear(report('two'));
    spans.end();
    const second = attributes(told[1]);
    assert.ok(!('coldlens.platform.reported_init_ms' in second));
    assert.ok(!('coldlens.platform.memory_used_mb' in second));
  });

  it('has restore times of SnapStart', () => {
    spans.hear(at('restoreReport', { status: 'success', metrics: { durationMs: 500.795 } }));
    spans.hear(report('one', { billedRestoreDurationMs: 53 }));
    spans.end();
    const found = attributes(told[0]);
    assert.equal(found['coldlens.platform.restore_ms'], 500.795);
    assert.equal(found['coldlens.platform.billed_restore_ms'], '53');
  });

  it('takes events of any shape', () => {
    for (const odd of [null, 1, 'x', [], {}, { type: 'platform.report' }, { type: 'platform.report', record: 3 }]) {
      spans.hear(odd);
    }
    spans.end();
    assert.equal(told.length, 0);
    spans.hear({ type: 'platform.report', record: { requestId: 'one', metrics: { durationMs: 'x' } } });
    spans.end();
    assert.match(told[0].traceId, /^[0-9a-f]{32}$/);
  });

  it("waits for the agent's spans, which may be heard later, and goes alone when they do not come", () => {
    spans.hear(report('one'));
    spans.hear(report('lost'));
    spans.turn();
    assert.equal(told.length, 0);
    spans.noteRoot(root);
    assert.deepEqual(
      told.map((span) => [attributes(span)['faas.invocation.id'], span.traceId, span.parentSpanId]),
      [['one', root.traceId, root.spanId]],
    );
    spans.turn();
    assert.equal(attributes(told[1])['faas.invocation.id'], 'lost');
    assert.equal(told[1].parentSpanId, undefined);
    assert.match(told[1].traceId, /^[0-9a-f]{32}$/);
    spans.turn();
    spans.end();
    assert.equal(told.length, 2, 'each is told once');
  });

  it('keeps a bounded number waiting, and loses none', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
    for (const id of ids) spans.hear(report(id));
    assert.equal(told.length, 100 - 64);
    spans.end();
    assert.deepEqual(
      told.map((span) => attributes(span)['faas.invocation.id']),
      ids,
    );
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
