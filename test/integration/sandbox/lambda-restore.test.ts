import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient, type RuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { until } from '../../support/until.ts';

const taskRoot = fileURLToPath(new URL('../../fixtures/lambda', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: records are read field by field.
type Event = { type: string; record: any };

describe('the Lambda sandbox of snapshots', () => {
  const loader = findRuntimeClient('coldlens-loader');
  const withHooks: RuntimeClient = { ...loader, script: join(taskRoot, 'runtime-with-hooks.mjs') };
  const instances: LambdaInstance[] = [];
  let events: Event[];

  const instance = (client: RuntimeClient, environment: Record<string, string> = {}): LambdaInstance => {
    const fn = { name: 'probe', taskRoot, handler: 'bare.handler', memoryMb: 256, timeoutMs: 5_000, environment };
    const onTelemetry = (event: Event) => events.push(event);
    const made = new LambdaInstance(fn, client, { initializationType: 'snap-start', onTelemetry });
    instances.push(made);
    return made;
  };
  const named = (type: string): Event[] => events.filter((event) => event.type === type);
  const bodyOf = ({ answer }: { answer: object }): unknown => JSON.parse((answer as { body: string }).body);
  const types = (): string[] => events.map(({ type }) => type.replace('platform.', ''));

  beforeEach(() => {
    events = [];
  });
  afterEach(() => Promise.all(instances.splice(0).map((each) => each.stop())));

  it('restores before the first event a runtime that knows nothing of it', async () => {
    const subject = instance(loader);
    await subject.init();
    const status = `/proc/${subject.pid}/status`;
    if (existsSync(status)) await until('it is frozen', () => /^State:\s+T/m.test(readFileSync(status, 'utf8')));
    assert.equal(named('platform.initStart')[0]?.record.phase, 'snap-start');
    const { latencyMs } = await subject.invoke('{}');
    await subject.invoke('{}');
    await until('both reports', () => named('platform.report').length === 2);
    assert.deepEqual(types(), [
      ...['initStart', 'initRuntimeDone', 'initReport'],
      ...['restoreStart', 'restoreRuntimeDone', 'restoreReport'],
      ...['start', 'runtimeDone', 'report'],
      ...['start', 'runtimeDone', 'report'],
    ]);
    assert.ok(latencyMs < named('platform.initReport')[0]?.record.metrics.durationMs, 'the caller waits for no init');
    const [first, second] = named('platform.report').map(({ record }) => record.metrics);
    assert.equal(first.restoreDurationMs, named('platform.restoreReport')[0]?.record.metrics.durationMs);
    assert.equal(first.billedRestoreDurationMs, 0, 'the runtime had nothing to do');
    assert.equal(first.initDurationMs, undefined);
    assert.equal(second.restoreDurationMs, undefined);
    const [init, restore] = ['initStart', 'restoreStart'].map(
      (type) => named(`platform.${type}`)[0]?.record.instanceId,
    );
    assert.notEqual(init, restore, 'the snapshot and its copy are two instances');
  });

  it('waits for what a runtime does after the restore, and bills it', async () => {
    const subject = instance(withHooks, { AFTER_RESTORE_MS: '200' });
    await subject.init();
    assert.equal(named('platform.initReport').length, 1);
    const restored = await subject.invoke('{}');
    assert.equal(bodyOf(restored), 'after the restore');
    assert.ok(restored.latencyMs >= 199, `the caller waits for the hook, took ${restored.latencyMs}`);
    await until('the report', () => named('platform.report').length === 1);
    const { metrics } = named('platform.report')[0]?.record ?? {};
    assert.ok(metrics.restoreDurationMs >= 199 && metrics.billedRestoreDurationMs >= 199);
    assert.ok(metrics.billedDurationMs >= metrics.billedRestoreDurationMs, 'billed time holds the restore');
  });

  it('reports a hook that fails', async () => {
    const subject = instance(withHooks, { AFTER_RESTORE_ERROR: 'Runtime.AfterRestoreError' });
    await assert.rejects(subject.start('{}'), /failed in its restore: Runtime\.AfterRestoreError.*the hook failed/);
    assert.deepEqual(named('platform.restoreRuntimeDone')[0]?.record, {
      status: 'error',
      errorType: 'Runtime.AfterRestoreError',
    });
    assert.equal(named('platform.restoreReport')[0]?.record.status, 'error');
  });

  it('knows no restore of what is not made from a snapshot', async () => {
    const fn = { name: 'probe', taskRoot, handler: 'bare.handler', memoryMb: 256, timeoutMs: 5_000 };
    const subject = new LambdaInstance(fn, withHooks);
    instances.push(subject);
    await assert.rejects(subject.start('{}'), /restore\/next was answered 404/);
  });

  it('keeps the log stream from a snapshot, which its copies would share', async function () {
    const aws = findRuntimeClient();
    if (aws.name !== 'aws-lambda-ric') return this.skip();
    // So AWS's client 4 for Node, which asks for the variable, runs no snapshots as it is.
    await assert.rejects(instance(aws).start('{}'), /AWS_LAMBDA_LOG_GROUP_NAME, AWS_LAMBDA_LOG_STREAM_NAME/);
  });
});
