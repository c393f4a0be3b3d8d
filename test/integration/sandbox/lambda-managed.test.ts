import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { until } from '../../support/until.ts';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: records are read field by field.
type Event = { type: string; record: any };

describe('the Lambda sandbox of Managed Instances', () => {
  const client = findRuntimeClient();
  const instances: LambdaInstance[] = [];
  let root: string;
  let events: Event[];

  const instance = (
    handler: string,
    { timeoutMs = 5_000, maxConcurrency = 6, environment = {}, optDirectory = '/nowhere' } = {},
  ): LambdaInstance => {
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
    const own = { PATH: path, AWS_LAMBDA_NODEJS_WORKER_COUNT: '2', ...environment };
    const made = new LambdaInstance(
      { name: 'probe', taskRoot: join(fixtures, 'lambda'), handler, memoryMb: 2_048, timeoutMs, environment: own },
      client,
      {
        initializationType: 'lambda-managed-instances',
        maxConcurrency,
        optDirectory,
        onTelemetry: (event) => events.push(event),
      },
    );
    instances.push(made);
    return made;
  };
  const named = (type: string): Event[] => events.filter((event) => event.type === type);
  const bodyOf = ({ answer }: { answer: object }) => JSON.parse((answer as { body: string }).body);

  before(function () {
    // Our own loader makes no workers.
    if (client.name !== 'aws-lambda-ric') this.skip();
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'coldlens-managed-'));
    events = [];
  });
  afterEach(async () => {
    await Promise.all(instances.splice(0).map((each) => each.stop()));
    rmSync(root, { recursive: true, force: true });
  });

  it('runs several invocations at once, each in one of the workers', async () => {
    const subject = instance('concurrent.handler');
    await subject.init();
    const invocations = [1, 2, 3, 4, 5, 6].map(() => subject.invoke('{"waitMs":300}'));
    await assert.rejects(subject.invoke('{}'), /busy: it takes 6 events at a time/);
    const all = await Promise.all(invocations);
    assert.ok(
      all.every((each) => bodyOf(each).awsRequestId === each.requestId),
      'each got its own answer',
    );
    const starts = events.findLastIndex(({ type }) => type === 'platform.start');
    const reports = events.findIndex(({ type }) => type === 'platform.report');
    assert.ok(starts < reports, 'the last began before the first ended');
  });

  it('tells what the platform tells there: no runtimeDone, reports of the duration alone', async () => {
    const subject = instance('bare.handler');
    await subject.start('{}');
    assert.deepEqual(
      events.map(({ type }) => type.replace('platform.', '')),
      ['initStart', 'initRuntimeDone', 'initReport', 'start', 'report'],
    );
    const [start] = named('platform.initStart');
    assert.equal(start?.record.initializationType, 'lambda-managed-instances');
    assert.match(start?.record.instanceId, /\[\$LATEST\][0-9a-f]{32}$/);
    assert.deepEqual(Object.keys(named('platform.report')[0]?.record.metrics), ['durationMs']);
  });

  it('never freezes', async function () {
    if (!existsSync('/proc/self/status')) return this.skip();
    const subject = instance('bare.handler');
    await subject.start('{}');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(readFileSync(`/proc/${subject.pid}/status`, 'utf8'), /^State:\s+[RS]/m);
  });

  it('ends an invocation at its deadline, and the instance goes on', async () => {
    const subject = instance('concurrent.handler', { timeoutMs: 300 });
    await subject.init();
    const late = subject.invoke('{"waitMs":400}');
    const inTime = await subject.invoke('{}');
    assert.equal(inTime.answer.state, 'succeeded');
    assert.equal((await late).answer.state, 'timed out');
    assert.equal(named('platform.report').at(-1)?.record.status, 'timeout');
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal((await subject.invoke('{}')).answer.state, 'succeeded', 'the late answer was nobody else’s');
    assert.ok(subject.alive);
  });

  const withProbe = (): string => {
    mkdirSync(join(root, 'extensions'), { recursive: true });
    copyFileSync(join(fixtures, 'extensions/probe.mjs'), join(root, 'extensions/probe'));
    chmodSync(join(root, 'extensions/probe'), 0o755);
    return root;
  };

  it('refuses an extension that wants to be told of invocations', async () => {
    await assert.rejects(instance('bare.handler', { optDirectory: withProbe() }).start('{}'), /lost an extension/);
    await until('the probe has said why', () => named('extension').length > 0);
    assert.match(named('extension')[0]?.record, /Extension\.InvalidEventType/);
  });

  it('tells an extension of the shutdown, and takes only the newest telemetry', async () => {
    const environment = { PROBE_EVENTS: 'SHUTDOWN', PROBE_TELEMETRY: 'yes' };
    const old = instance('bare.handler', { optDirectory: withProbe(), environment });
    await old.start('{}');
    const said = (): object[] =>
      named('extension').flatMap(({ record }) =>
        record.startsWith('probe ') ? [JSON.parse(record.slice('probe '.length))] : [],
      );
    assert.deepEqual(said()[1], { subscribed: 400 });
    await old.stop();
    assert.deepEqual(said().at(-1), { event: 'SHUTDOWN', reason: 'spindown' });
    events = [];
    const subject = instance('bare.handler', {
      optDirectory: root,
      environment: { ...environment, PROBE_SCHEMA: '2025-01-29' },
    });
    await subject.start('{}');
    await until('the report was heard', () =>
      said().some((line) => 'heard' in line && line.heard === 'platform.report'),
    );
  });
});
