import assert from 'node:assert/strict';
import { seededRandom } from '#benchmarks/src/random.js';
import { assembleInvocations } from '#collector/model/invocation/assemble.js';
import { received } from '#collector/model/invocation/facts.js';
import { mergeAll, nothingTold, type PartialInvocation, type Report } from '#collector/model/invocation/partial.js';
import { type DecodedSpan, emptySpan } from '#collector/model/span.js';

const receivedMs = Date.UTC(2026, 10, 22, 12);
const startNs = BigInt(receivedMs - 1000) * 1_000_000n;

const resource = new Map(
  Object.entries({
    'cloud.provider': 'aws',
    'cloud.account.id': '123',
    'cloud.region': 'eu-central-1',
    'faas.name': 'shop',
    'faas.version': '7',
    'faas.instance': 'stream',
    'faas.max_memory': 512 * 1_048_576,
    'host.arch': 'amd64',
    'coldlens.runtime': 'nodejs24.x',
    'process.runtime.version': '24.1.0',
  }),
);

function span(attributes: object, fields: Partial<DecodedSpan> = {}): DecodedSpan {
  const all = new Map(Object.entries({ 'faas.invocation.id': 'i1', ...attributes }));
  return { ...emptySpan(resource), traceId: 'a'.repeat(32), startNs, endNs: startNs + 1n, attributes: all, ...fields };
}

const phase = (name: string, durationNs: bigint) => span({ 'coldlens.phase': name }, { endNs: startNs + durationNs });

const init = span(
  { 'coldlens.phase': 'init', 'coldlens.modules': 'cjs only', 'coldlens.modules.hint': 'Node 22.15 or later' },
  { endNs: startNs + 2n },
);

const root = span(
  {
    'coldlens.phase': 'invocation',
    'coldlens.start.kind': 'cold',
    'coldlens.start.certainty': 'inferred',
    'coldlens.idle_ms': 1.5,
    'faas.trigger': 'http',
    'error.type': 'TypeError',
  },
  { endNs: startNs + 300_000_001n, statusCode: 2 },
);

const assembled = (spans: readonly DecodedSpan[]): PartialInvocation[] =>
  assembleInvocations(spans.map((one) => received(one, receivedMs)));

describe('assembling invocations', () => {
  it('makes one of a root span and its phases, in whatever order', () => {
    const spans = [phase('execution', 3n), root, init, phase('runtime_start', 1n)];
    for (const order of [spans, spans.toReversed()]) {
      const [whole, ...others] = assembled(order);
      assert.deepEqual(others, []);
      assert.deepEqual(whole, {
        ...nothingTold,
        provider: 'aws',
        account: '123',
        region: 'eu-central-1',
        functionName: 'shop',
        invocationId: 'i1',
        seenNs: startNs,
        startedNs: startNs,
        traceId: 'a'.repeat(32),
        startKind: 'cold',
        startCertainty: 'inferred',
        agentRuntimeStartNs: 1n,
        agentInitNs: 2n,
        agentIdleNs: 1_500_000n,
        agentExecutionNs: 3n,
        agentBilledMs: 301n,
        error: 1,
        errorType: 'TypeError',
        trigger: 'http',
        memoryMb: 512,
        arch: 'x86_64',
        runtime: 'nodejs24.x',
        runtimeVersion: '24.1.0',
        functionVersion: '7',
        instanceId: 'stream',
        modulesSeen: 'cjs only',
        modulesHint: 'Node 22.15 or later',
      });
    }
  });

  it('takes a warm root for its execution where no span of its own tells that', () => {
    const executionOf = (kind: string, durationNs: bigint) => {
      const attributes = { 'coldlens.phase': 'invocation', 'coldlens.start.kind': kind };
      return assembled([span(attributes, { endNs: startNs + durationNs })])[0]?.agentExecutionNs;
    };
    assert.equal(executionOf('warm', 7n), 7n);
    assert.equal(executionOf('warm', 0n), null, 'a clock that stood still tells nothing');
    assert.equal(executionOf('cold', 7n), null);
  });

  it("reads another sender's server span, with the old name of the id", () => {
    const attributes = new Map<string, string | boolean>([
      ['faas.invocation_id', 'i2'],
      ['faas.coldstart', true],
    ]);
    const [invocation] = assembled([span({}, { kind: 2, attributes, endNs: startNs + 9n })]);
    assert.equal(invocation?.invocationId, 'i2');
    assert.equal(invocation?.otelStartKind, 'cold');
    assert.equal(invocation?.otelExecutionNs, 9n);
    assert.equal(invocation?.startKind, null);
    assert.equal(invocation?.agentBilledMs, null);
    assert.equal(invocation?.error, 0);
  });

  it('leaves out spans that tell of no invocation', () => {
    const withoutId = span({}, { kind: 2, attributes: new Map([['coldlens.phase', 'invocation']]) });
    const internal = span({}, { kind: 1 });
    const nameless = { ...root, resource: new Map() };
    assert.deepEqual(assembled([withoutId, internal, nameless]), []);
  });

  it('keeps functions of the same name apart by account and region', () => {
    const elsewhere = { ...root, resource: new Map([...resource, ['cloud.region', 'us-east-1'] as const]) };
    assert.equal(assembled([root, elsewhere]).length, 2);
  });

  it('does not believe absurd values', () => {
    const absurd = span(
      {
        'coldlens.phase': 'invocation',
        'coldlens.start.kind': 'hot',
        'coldlens.idle_ms': -1,
        'faas.max_memory': 1e300,
      },
      { startNs: 9_223_372_036_854_775_807n, endNs: 5n },
    );
    const [invocation] = assembled([absurd]);
    assert.equal(invocation?.startedNs, BigInt(receivedMs) * 1_000_000n);
    assert.deepEqual(
      [invocation?.startKind, invocation?.agentIdleNs, invocation?.memoryMb, invocation?.agentBilledMs],
      [null, null, null, null],
    );
  });

  it('bills only where the rule is known, and at least a millisecond', () => {
    const azure = { ...root, resource: new Map([...resource, ['cloud.provider', 'azure'] as const]) };
    const instant = { ...root, endNs: root.startNs };
    assert.equal(assembled([azure])[0]?.agentBilledMs, null);
    assert.equal(assembled([instant])[0]?.agentBilledMs, 1n);
  });

  it('makes the same of its parts whatever their order, however often and in however many requests they come', () => {
    const next = seededRandom(5);
    const shuffled = <T>(list: readonly T[]): T[] =>
      list
        .map((one) => ({ one, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
    const platform = span({
      'coldlens.phase': 'platform',
      'coldlens.platform.status': 'timeout',
      'coldlens.platform.reported_init_ms': 12.5,
      'coldlens.platform.duration_ms': 3_000,
      'coldlens.platform.billed_ms': 3_013,
      'coldlens.platform.memory_used_mb': 91,
    });
    // What a part in the table tells.
    const { of } = received(root, receivedMs);
    const told = ({ functionName, invocationId, seenNs, ...facts }: PartialInvocation): Report => ({
      ...{ of, functionName, invocationId, seenNs, facts },
    });
    const spans = [root, init, phase('execution', 3n), phase('runtime_start', 1n), platform];
    const [expected] = assembled(spans);
    assert.equal(expected?.platformBilledMs, 3_013n);
    for (let round = 0; round < 200; round += 1) {
      const sent = shuffled([...spans, ...spans.filter(() => next() < 0.5)]);
      const cut = Math.floor(next() * sent.length);
      const parts = [sent.slice(0, cut), sent.slice(cut)].flatMap((part) => assembled(part));
      assert.deepEqual(mergeAll(shuffled(parts).map(told)), [expected]);
    }
  });
});
