import assert from 'node:assert/strict';
import { spansOf } from '#agent/invocation.js';
import { unixNanos } from '#agent/phases/clock.js';
import { initBegin, warmStart } from '#agent/phases/start.js';
import { lambda } from '#agent/platforms/lambda.js';

describe('kind of start', () => {
  const cases = [
    { type: 'on-demand', gapMs: 3, kind: 'cold', certainty: 'certain', idleMs: null },
    { type: undefined, gapMs: 3, kind: 'cold', certainty: 'inferred', idleMs: null },
    { type: 'on-demand', gapMs: 101, kind: 'cold', certainty: 'inferred', idleMs: 101 },
    { type: 'on-demand', gapMs: 10_001, kind: 'prewarmed', certainty: 'inferred', idleMs: 10_001 },
    { type: 'provisioned-concurrency', gapMs: 2, kind: 'prewarmed', certainty: 'certain', idleMs: 2 },
    { type: 'snap-start', gapMs: 60_000, kind: 'restored', certainty: 'certain', idleMs: null },
    { type: 'lambda-managed-instances', gapMs: 5, kind: 'prewarmed', certainty: 'certain', idleMs: 5 },
    { type: 'something-new', gapMs: 3, kind: 'cold', certainty: 'inferred', idleMs: null },
  ] as const;
  for (const { type, gapMs, ...expected } of cases) {
    it(`is ${expected.kind}, ${expected.certainty}, after ${gapMs} ms with initialization type ${type}`, () => {
      assert.deepEqual(lambda.firstStart({ AWS_LAMBDA_INITIALIZATION_TYPE: type }, gapMs, []), expected);
    });
  }
});

describe('beginning of init', () => {
  const traces = { entryMs: 500, markedMs: null, bootstrapCompleteMs: 25, importBegins: 1.6, isEsm: false };
  it('is the entry of the agent in CommonJS', () => {
    assert.deepEqual(initBegin(traces), { ms: 500, certainty: 'certain' });
  });
  it('is inferred from the bootstrap where a static ES module hides it', () => {
    assert.deepEqual(initBegin({ ...traces, isEsm: true }), { ms: 40, certainty: 'inferred' });
    assert.deepEqual(initBegin({ ...traces, isEsm: true, importBegins: 1 }), { ms: 25, certainty: 'inferred' });
  });
  it('counts in a worker thread from the beginning of its own bootstrap', () => {
    const worker = { ...traces, isEsm: true, bootstrapBeginMs: 90, bootstrapCompleteMs: 120 };
    assert.deepEqual(initBegin(worker), { ms: 138, certainty: 'inferred' });
  });
  it('is never later than the entry', () => {
    assert.deepEqual(initBegin({ ...traces, isEsm: true, entryMs: 30 }), { ms: 30, certainty: 'inferred' });
  });
  it('is certain where the runtime has left a mark', () => {
    assert.deepEqual(initBegin({ ...traces, isEsm: true, markedMs: 47 }), { ms: 47, certainty: 'certain' });
  });
});

describe('nanoseconds', () => {
  it('keep what a double knows and no more digits than nine', () => {
    assert.equal(unixNanos(1_700_000_000_000.25), '1700000000000250000');
    assert.equal(unixNanos(1_700_000_000_000), '1700000000000000000');
    assert.equal(unixNanos(5.9999999), '6000000');
  });
});

describe('spans of an invocation', () => {
  const record = {
    invocationId: 'id-1',
    told: {},
    resource: {},
    functionName: undefined,
    ids: { traceId: '0af7651916cd43dd8448eb211c80319c', rootSpanId: 'b7ad6b7169203331', parentSpanId: null },

    sampleRate: 1,
    agentMs: 0,
    start: { kind: 'cold', certainty: 'certain', idleMs: null } as const,
    processStartUnixMs: 0,
    init: { beginMs: 40, endMs: 120, certainty: 'certain' } as const,
    calledMs: 120,
    settledMs: 130,
    execution: 'certain' as const,
    errorType: null,
  };
  const limits = (spans: ReturnType<typeof spansOf>): [string, number, number][] =>
    spans.map(({ name, beginMs, endMs }) => [name, beginMs, endMs]);

  it('cover the whole wait of a cold start without a gap', () => {
    assert.deepEqual(limits(spansOf(record, 'f')), [
      ['f', 0, 130],
      ['runtime start', 0, 40],
      ['init', 40, 120],
      ['execution', 120, 130],
    ]);
  });
  it('are root and execution when warm', () => {
    const warm = { ...record, start: warmStart, init: null };
    assert.deepEqual(limits(spansOf(warm, 'f')), [
      ['f', 120, 130],
      ['execution', 120, 130],
    ]);
  });
  it('leave out a runtime start that belongs to another instance, and begin with the init', () => {
    const init = { ...record.init, hidesRuntimeStart: true };
    assert.deepEqual(limits(spansOf({ ...record, init }, 'f')), [
      ['f', 40, 130],
      ['init', 40, 120],
      ['execution', 120, 130],
    ]);
  });
  it('leave out an execution that no clock has shown', () => {
    const unseen = { ...record, start: warmStart, init: null, execution: null, agentMs: null };
    const spans = spansOf(unseen, 'f');
    assert.deepEqual(limits(spans), [['f', 120, 130]]);
    assert.equal(spans[0]?.attributes['coldlens.agent_ms'], undefined);
  });
  it('carry the name of the function where an app holds several', () => {
    const spans = spansOf({ ...record, functionName: 'orders' }, 'shop');
    assert.equal(spans[0]?.name, 'shop/orders');
    assert.deepEqual(new Set(spans.map((span) => span.attributes['faas.name'])), new Set(['shop/orders']));
  });
  it('begin with the call when the instance was prewarmed, and say how long it had idled', () => {
    const start = { kind: 'prewarmed', certainty: 'inferred', idleMs: 20_000 } as const;
    const [root] = spansOf({ ...record, start, calledMs: 20_120, settledMs: 20_130 }, 'f');
    assert.equal(root?.beginMs, 20_120);
    assert.equal(root?.attributes['faas.coldstart'], false);
    assert.equal(root?.attributes['coldlens.idle_ms'], 20_000);
  });
});
