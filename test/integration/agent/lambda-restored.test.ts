import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { functionNode } from '../../support/function-node.ts';
import { stageForEachTest } from '../../support/stage.ts';

const taskRoot = fileURLToPath(new URL('../../fixtures/lambda', import.meta.url));

/** AWS's client for Node runs no snapshots (it wants variables that they do not have), so our own loader does. */
describe('the agent in an instance restored from a snapshot', () => {
  const client = findRuntimeClient('coldlens-loader');
  const { receiver, endsWithTest } = stageForEachTest();
  let opt: string;

  const instance = (handler: string, environment: Record<string, string> = {}): LambdaInstance => {
    const own = { COLDLENS_ENDPOINT: receiver.url, ...environment };
    const fn = { name: 'probe', taskRoot, handler, memoryMb: 512, timeoutMs: 5_000, environment: own };
    const options = { initializationType: 'snap-start', optDirectory: opt, node: functionNode } as const;
    return endsWithTest(new LambdaInstance(fn, client, options));
  };

  before(() => {
    opt = mkdtempSync(join(tmpdir(), 'coldlens-seeded-'));
    writeFileSync(join(opt, 'seeded'), '#!/bin/sh\nnode=$1\nshift\nexec "$node" --random-seed=7 "$@"\n', {
      mode: 0o755,
    });
  });
  after(() => rmSync(opt, { recursive: true, force: true }));

  it('tells the restored start for certain, and no init: that was the snapshot’s', async () => {
    const subject = instance('slow-init.handler');
    await subject.init();
    const restoredUnixMs = Date.now();
    const first = await subject.invoke('{}');
    await subject.invoke('{}');
    await subject.stop();
    const [root, warm] = receiver.named('probe');
    assert.equal(root?.attributes['coldlens.start.kind'], 'restored');
    assert.equal(root?.attributes['coldlens.start.certainty'], 'certain');
    assert.equal(root?.attributes['faas.coldstart'], true);
    assert.equal(root?.attributes['coldlens.idle_ms'], undefined);
    assert.equal(warm?.attributes['coldlens.start.kind'], 'warm');
    assert.equal(receiver.named('init').length + receiver.named('runtime start').length, 0);
    const agentMs = Number(root?.attributes['coldlens.agent_ms']);
    assert.ok(
      agentMs < 2,
      `the agent was loaded before the snapshot, so the caller did not wait for it: ${agentMs} ms`,
    );
    assert.ok((root?.startMs ?? 0) >= restoredUnixMs - 5, 'it begins with the event');
    assert.ok((root?.endMs ?? 0) - (root?.startMs ?? 0) <= first.latencyMs);
  });

  it('has the time of day right, however long the snapshot lay', async () => {
    const subject = instance('random.handler');
    await subject.init();
    // All clocks go on while a process is stopped; clock.test.ts has the monotonic one stand still.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const beforeUnixMs = Date.now();
    await subject.invoke('{}');
    const afterUnixMs = Date.now();
    await subject.stop();
    const [root] = receiver.named('probe');
    assert.ok((root?.startMs ?? 0) >= beforeUnixMs - 5 && (root?.endMs ?? 0) <= afterUnixMs + 5);
  });

  it('gives the copies of one snapshot ids of their own', async () => {
    // Two processes with the same seed stand in for two copies: what Math.random() will say is the same in both.
    const copies = [1, 2].map(() => instance('random.handler', { AWS_LAMBDA_EXEC_WRAPPER: '/opt/seeded' }));
    const observed = await Promise.all(copies.map((copy) => copy.start('{}')));
    await Promise.all(copies.map((copy) => copy.stop()));
    const randoms = observed.map(({ answer }) => (answer as { body: string }).body);
    assert.equal(randoms[0], randoms[1], 'else this tests nothing');
    assert.equal(receiver.named('probe').length, 2);
    const distinct = (of: (span: (typeof receiver.spans)[number]) => unknown): number =>
      new Set(receiver.spans.map(of)).size;
    assert.equal(
      distinct((span) => span.spanId),
      receiver.spans.length,
    );
    assert.equal(
      distinct((span) => span.traceId),
      2,
    );
    assert.equal(
      distinct((span) => span.resource['faas.instance']),
      2,
    );
  });
});
