/** The screens of real data, over everything that can be asked: on a terminal and printed once. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type Collector,
  type FunctionPage,
  type Health,
  type InvocationPage,
  type LiveInvocations,
  type ModuleTree,
  startCollector,
} from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import type { FunctionView } from '#tui/screens/function/view.js';
import { ask as askStore, collectorForAllTests, urlWithLogin } from '../../support/collector.ts';
import { benchSample, invocationSpans, lambdaResource, newSpanId, span, store200 } from '../../support/spans.ts';
import { launcher, runColdlens } from '../../unit/tui/run-coldlens.ts';
import { Terminal } from './terminal.ts';

describe('the screens of real data', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 60_000;
  const token = randomUUID();
  /** Of the same store, and wants a token. */
  let guarded: Collector;

  before(async () => {
    guarded = await startCollector({
      ...{ port: 0, store: running.store, bufferDirectory: join(running.data, 'guarded') },
      access: accessOf({ text: `read ${token}` }),
    });
    const cold = invocationSpans({
      ...{ id: 'the-cold-one', startMs, kind: 'cold', runtimeStartMs: 40, initMs: 300, executionMs: 12 },
    }) as { traceId: string }[];
    const module = span({
      ...{ name: 'zod', startMs: startMs + 50, durationMs: 200 },
      attributes: { 'coldlens.module.package': 'zod', 'coldlens.module.self_ms': 50, 'coldlens.module.total_ms': 200 },
    });
    const ofTrace = { ...module, traceId: cold[0]?.traceId };
    const warm = invocationSpans({ id: newSpanId(), startMs: startMs + 5_000, kind: 'warm', executionMs: 7 });
    await store200(running.collector.url, [...cold, ofTrace, ...warm], { ...lambdaResource, 'faas.name': 'checkout' });
    await store200(running.collector.url, warm, {
      ...lambdaResource,
      'faas.name': 'twice',
      'cloud.region': 'eu-west-1',
    });
    await store200(running.collector.url, warm, {
      ...lambdaResource,
      'faas.name': 'twice',
      'cloud.region': 'eu-west-2',
    });
    // Of Lambda nobody tells such a thing; the page has a place for it all the same.
    await askStore(
      running.store.engine.url,
      `INSERT INTO instance_starts
        (day, provider, account, region, function_name, instance_id, started_at, init_ns, moment, is_ahead)
      VALUES (today(), 'aws', '${lambdaResource['cloud.account.id']}', '${lambdaResource['cloud.region']}', 'checkout', 'v2', now64(9), 14000000, 'uploaded', 1)`,
    );
    await running.store.insertBenchSamples([benchSample({ side: 'base' }), benchSample({ side: 'head' })]);
    await running.store.seal();
  });

  after(() => guarded.close());

  const sources = async (): Promise<Readonly<Record<string, string>>> => ({
    '--data': running.data,
    '--clickhouse': await urlWithLogin(running.store.engine.url),
    '--url': guarded.url,
  });

  const runWithToken = (args: readonly string[]): ReturnType<typeof runColdlens> =>
    runColdlens(args, { env: { COLDLENS_TOKEN: token } });

  const json = async <Answer>(...args: string[]): Promise<Answer> => {
    const { code, stdout, stderr } = await (args.includes('--url') ? runWithToken : runColdlens)([...args, '--json']);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Answer;
  };

  for (const name of ['--data', '--clickhouse', '--url']) {
    it(`print the same over ${name}`, async () => {
      const where = [name, (await sources())[name] ?? ''];
      const page = await json<FunctionView>('function', 'checkout', ...where);
      assert.equal(page.coldStarts, 1);
      assert.ok(page.instances !== null && 'count' in page.instances, JSON.stringify(page.instances));
      assert.equal(page.instances.count, 1);
      assert.equal(page.instances.instances[0]?.invocations, 2);
      assert.deepEqual(
        page.uploads.map(({ version, startupMs }) => [version, startupMs]),
        [['v2', 14]],
      );
      assert.equal(page.recentColdStarts[0]?.invocationId, 'the-cold-one');
      const invocation = await json<InvocationPage>('invocation', 'the-cold-one', '--function', 'checkout', ...where);
      assert.equal(invocation.startKind, 'cold');
      const zod = invocation.spans.find((each) => each.name === 'zod');
      assert.deepEqual(zod?.module, { selfMs: 50, totalMs: 200 });
      assert.ok(invocation.spans.some((each) => each.module === null));
      const tree = await json<ModuleTree>('modules', 'checkout', ...where);
      assert.deepEqual(
        tree.packages.map((each) => each.name),
        ['zod'],
      );
      const live = await json<LiveInvocations>('live', ...where);
      assert.ok(live.invocations.some((each) => each.invocationId === 'the-cold-one' && each.isCold));
      const { collector, store } = await json<Health>('health', ...where);
      assert.equal(store.error, null);
      assert.equal(collector?.isReady, name === '--url' ? true : undefined);
      const run = name === '--url' ? runWithToken : runColdlens;
      const runs = await run(['benchmarks', '--format', 'csv', ...where]);
      assert.equal(runs.stdout.split('\r\n').length, 3, runs.stdout + runs.stderr);
    });
  }

  it('say what to do where nothing, or more than one, is meant', async () => {
    const where = ['--url', running.collector.url];
    for (const [args, code, said] of [
      [['function', 'nobody'], 3, /There is no function "nobody" in the last 24h\.\n {2}next: /],
      [['function', 'twice'], 2, /2 functions are called "twice": aws\/\d+\/eu-west-[12], .*\n {2}next: Say which one/],
      [['function'], 2, /No function was given\.\n {2}next: Run coldlens function NAME/],
      [['invocation', 'x'], 2, /An invocation is found by its function/],
      [['invocation', 'x', '--function', 'checkout'], 3, /None of the latest 1000 cold starts of "checkout" is "x"/],
      [['invocation', 'x', '--function', 'checkout', '--at', 'noon'], 2, /--at is "noon", which is no moment/],
    ] as const) {
      const result = await runColdlens([...args, ...where]);
      assert.match(result.stderr, said);
      assert.equal(result.code, code);
    }
    const one = await json<FunctionPage>('function', 'twice', '--region', 'eu-west-2', ...where);
    assert.equal(one.invocations, 1);
  });

  it('say that a token is missing, or another one is wanted', async () => {
    for (const args of [['function', 'checkout'], ['modules', 'checkout'], ['live'], ['benchmarks'], ['health']]) {
      for (const env of [{}, { COLDLENS_TOKEN: randomUUID() }]) {
        const { code, stdout, stderr } = await runColdlens([...args, '--url', guarded.url], { env });
        assert.equal(code, 3, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, /token[\s\S]*\n {2}next: .*(--token|COLDLENS_TOKEN)/);
      }
    }
  });

  it('are gone through with the keys, at a collector that wants a token', async () => {
    const terminal = new Terminal(130, 40);
    try {
      terminal.type(
        `COLDLENS_TOKEN=${token} ${process.execPath} ${launcher} top --url ${guarded.url}; echo "code $?"\r`,
      );
      await terminal.shows(/^▶ checkout/m);
      terminal.press('Enter');
      await terminal.shows(/Cold against warm/);
      terminal.type('m');
      await terminal.shows(/^▶ . zod .* 200 /m);
      terminal.press('Escape');
      await terminal.shows(/Cold against warm/);
      terminal.press('Enter');
      await terminal.shows(/runtime_start .*░/);
      terminal.type(':live');
      terminal.press('Enter');
      await terminal.shows(/checkout +● +cold/);
      terminal.type(':health');
      terminal.press('Enter');
      await terminal.shows(/● collector {2}● inserts {2}● sealing {2}● store/);
      terminal.type(':bench');
      terminal.press('Enter');
      await terminal.shows(/1 run, 1 function/);
      terminal.type(':chec');
      await terminal.shows(/^▶ checkout /m);
      terminal.press('Enter');
      await terminal.shows(/Cold against warm/);
      terminal.press('Escape');
      await terminal.shows(/COLD P99▼/);
      terminal.type('q');
      await terminal.shows(/^code 0$/m);
    } finally {
      terminal.close();
    }
  });

  it('open with their own command, and Esc leads to the ranking', async () => {
    const terminal = new Terminal(100, 30);
    try {
      terminal.type(
        `${process.execPath} ${launcher} function checkout --url ${running.collector.url}; echo "code $?"\r`,
      );
      await terminal.shows(/Cold against warm/);
      terminal.press('Escape');
      await terminal.shows(/^▶ checkout/m);
      terminal.type('q');
      await terminal.shows(/^code 0$/m);
    } finally {
      terminal.close();
    }
  });
});
