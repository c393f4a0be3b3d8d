import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import type { InstanceOptions } from '#benchmarks/src/sandboxes/lambda/options.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { until } from '../../support/until.ts';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: records are read field by field.
type Event = { time: string; type: string; record: any };

describe('the Lambda sandbox', () => {
  const client = findRuntimeClient();
  const instances: LambdaInstance[] = [];
  let root: string;
  let events: Event[];

  const instance = (
    handler: string,
    options: InstanceOptions = {},
    environment: Record<string, string> = {},
    { timeoutMs = 5_000, memoryMb = 256 } = {},
  ): LambdaInstance => {
    // The probe finds its node by PATH.
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
    const fn = { name: 'probe', taskRoot: join(fixtures, 'lambda'), handler, memoryMb, timeoutMs };
    const made = new LambdaInstance({ ...fn, environment: { PATH: path, ...environment } }, client, {
      onTelemetry: (event) => events.push(event),
      ...options,
    });
    instances.push(made);
    return made;
  };
  const named = (type: string): Event[] => events.filter((event) => event.type === type);
  const said = (): Event['record'][] =>
    named('extension')
      .filter(({ record }) => String(record).startsWith('probe '))
      .map(({ record }) => JSON.parse(String(record).slice('probe '.length)));
  const stateOf = (pid: number | undefined): string | undefined =>
    /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'coldlens-sandbox-'));
    events = [];
  });
  afterEach(async () => {
    await Promise.all(instances.splice(0).map((each) => each.stop()));
    rmSync(root, { recursive: true, force: true });
  });

  const withProbe = (): string => {
    mkdirSync(join(root, 'extensions'), { recursive: true });
    copyFileSync(join(fixtures, 'extensions/probe.mjs'), join(root, 'extensions/probe'));
    chmodSync(join(root, 'extensions/probe'), 0o755);
    return root;
  };

  it('tells what happens in the order in which it happens, billed as the platform bills', async () => {
    const subject = instance('bare.handler');
    await subject.start('{}');
    await until('the report', () => named('platform.report').length === 1);
    assert.deepEqual(
      events.map(({ type }) => type.replace('platform.', '')),
      ['initStart', 'initRuntimeDone', 'initReport', 'start', 'runtimeDone', 'report'],
    );
    const { metrics } = named('platform.report')[0]?.record ?? {};
    assert.equal(metrics.initDurationMs, named('platform.initReport')[0]?.record.metrics.durationMs);
    assert.equal(
      metrics.billedDurationMs,
      Math.ceil(Math.round((metrics.durationMs + metrics.initDurationMs) * 100) / 100),
    );
    assert.equal(metrics.memorySizeMB, 256);
    assert.ok(metrics.maxMemoryUsedMB > 20 && metrics.maxMemoryUsedMB < 256);
  });

  it('refuses an extension that registers after the first next', async () => {
    const { answer } = await instance('registers-late.handler').start('{}');
    assert.deepEqual(JSON.parse((answer as { body: string }).body), {
      status: 403,
      errorType: 'Extension.RegistrationClosed',
    });
  });

  it("starts external extensions first, without the variables that are the runtime's", async () => {
    const subject = instance('bare.handler', { optDirectory: withProbe() });
    await subject.start('{}');
    await until('the probe saw the event', () => said().some(({ event }) => event === 'INVOKE'));
    assert.deepEqual(said()[0], {
      registered: { functionName: 'probe', functionVersion: '$LATEST', handler: 'bare.handler' },
      handlerIsHidden: true,
    });
    assert.deepEqual(named('platform.extension')[0]?.record, {
      name: 'probe',
      state: 'Ready',
      events: ['INVOKE', 'SHUTDOWN'],
    });
  });

  it('freezes only when the runtime and every extension are done, and bills until then', async function () {
    if (!existsSync('/proc/self/status')) return this.skip();
    const subject = instance('bare.handler', { optDirectory: withProbe() }, { PROBE_WORK_MS: '300' });
    await subject.start('{}');
    await until('the runtime is done', () => named('platform.runtimeDone').length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.notEqual(stateOf(subject.pid), 'T');
    await until('it is frozen', () => stateOf(subject.pid) === 'T');
    const [done] = named('platform.runtimeDone');
    const [report] = named('platform.report');
    assert.ok(done?.record.metrics.durationMs < 250);
    assert.ok(report?.record.metrics.durationMs >= 290);
  });

  it('delivers telemetry to who subscribed, the last report at the shutdown', async () => {
    const subject = instance('bare.handler', { optDirectory: withProbe() }, { PROBE_TELEMETRY: 'yes' });
    await subject.start('{}');
    await subject.invoke('{}');
    await subject.stop();
    assert.ok(said().some(({ subscribed }) => subscribed === 200));
    const heard = said().flatMap((line) => line.heard ?? []);
    for (const type of [
      'initStart',
      'telemetrySubscription',
      'initRuntimeDone',
      'initReport',
      'start',
      'runtimeDone',
    ]) {
      assert.ok(heard.includes(`platform.${type}`), `${type} in ${heard}`);
    }
    assert.equal(heard.filter((type: string) => type === 'platform.report').length, 2);
  });

  it('gives the shutdown as long as its rules say', async () => {
    const takes = async (subject: LambdaInstance): Promise<number> => {
      await subject.start('{}');
      const beginMs = performance.now();
      await subject.stop();
      return performance.now() - beginMs;
    };
    const alone = await takes(instance('bare.handler', { extensions: 'real' }));
    assert.ok(alone < 200, `without extensions there is no time at all, took ${alone}`);
    const leaving = await takes(instance('bare.handler', { optDirectory: withProbe() }));
    assert.ok(leaving >= 90 && leaving < 1_000, `the probe leaves by itself, took ${leaving}`);
    assert.equal(said().findLast(({ event }) => event === 'SHUTDOWN')?.reason, 'spindown');
    const lingering = await takes(instance('bare.handler', { optDirectory: withProbe() }, { PROBE_LINGERS: 'yes' }));
    assert.ok(lingering >= 1_900 && lingering < 2_500, `it is killed after 2 s, took ${lingering}`);
  });

  it('kills an invocation at its deadline, and reports it as timed out', async () => {
    const subject = instance('hangs.handler', { optDirectory: withProbe() }, {}, { timeoutMs: 300 });
    const { answer } = await subject.start('{}');
    assert.equal(answer.state, 'timed out');
    await subject.stop();
    assert.equal(named('platform.report')[0]?.record.status, 'timeout');
    assert.equal(said().findLast(({ event }) => event === 'SHUTDOWN')?.reason, 'timeout');
    assert.equal(subject.alive, false);
  });

  it('reports a runtime that ends as failed', async () => {
    await assert.rejects(instance('exits.handler').start('{}'), /ended with exit code 3/);
    assert.equal(named('platform.report')[0]?.record.status, 'failure');
    assert.equal(named('platform.runtimeDone')[0]?.record.errorType, 'Runtime.ExitError');
  });

  it('runs a failed init again inside the first invocation, where that is asked for', async () => {
    const subject = instance('fails-at-first.handler', { failedInit: 're-runs' }, { MARK_FILE: join(root, 'mark') });
    const { answer } = await subject.start('{}');
    assert.deepEqual(answer, { state: 'succeeded', body: '"at the second try"' });
    await until('the report', () => named('platform.report').length === 1);
    assert.deepEqual(
      named('platform.initReport').map(({ record }) => [record.phase, record.status]),
      [
        ['init', 'error'],
        ['invoke', 'success'],
      ],
    );
    const { metrics } = named('platform.report')[0]?.record ?? {};
    assert.equal(metrics.initDurationMs, undefined, "a re-run init is part of the invocation's own time");
    assert.ok(metrics.durationMs > named('platform.initReport')[1]?.record.metrics.durationMs);
  });

  it('answers with the error when the init fails again', async () => {
    const subject = instance('throws-at-load.handler', { failedInit: 're-runs' });
    const first = await subject.start('{}');
    assert.equal(first.answer.state, 'failed');
    assert.equal((await subject.invoke('{}')).answer.state, 'failed');
    assert.equal(named('platform.report').length, 2);
  });

  for (const initializationType of ['on-demand', 'provisioned-concurrency'] as const) {
    it(`initialises before anyone asks (${initializationType})`, async () => {
      const subject = instance('bare.handler', { initializationType });
      await subject.init();
      assert.equal(named('platform.initStart')[0]?.record.initializationType, initializationType);
      const observed = await subject.invoke('{}');
      assert.equal(observed.answer.state, 'succeeded');
      assert.ok(observed.latencyMs < named('platform.initReport')[0]?.record.metrics.durationMs);
      await until('the report', () => named('platform.report').length === 1);
      const isReported = named('platform.report')[0]?.record.metrics.initDurationMs !== undefined;
      assert.equal(isReported, initializationType === 'on-demand');
    });
  }

  it('gives CPU by memory where the machine allows it, and says so', async function () {
    const subject = instance('spins.handler', { limitCpu: true }, {}, { memoryMb: 256 });
    const { answer } = await subject.start('{}');
    if (!subject.cpu.startsWith('CPU limited')) {
      assert.match(subject.cpu, /^CPU not limited by memory \(.+\)$/);
      return this.skip();
    }
    assert.match(subject.cpu, /0\.14 vCPU \(256 MB\)/);
    const { cpuMs } = JSON.parse((answer as { body: string }).body);
    await until('the report', () => named('platform.report').length === 1);
    const { metrics } = named('platform.report')[0]?.record ?? {};
    const share = cpuMs / (metrics.durationMs + metrics.initDurationMs);
    assert.ok(share < 0.25, `used ${share} of a CPU`);
  });

  it('runs unlimited unless it is asked to limit, and says so', () => {
    assert.equal(instance('bare.handler').cpu, 'CPU not limited by memory (not asked for)');
  });
});
