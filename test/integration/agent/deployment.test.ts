/** What the agent tells of the deployed package, once an instance, in the real runtimes. */
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesBelow, namesIn } from '#agent/platforms/deployment.js';
import { AzureInstance } from '#benchmarks/src/sandboxes/azure/instance.js';
import { GoogleInstance } from '#benchmarks/src/sandboxes/google/instance.js';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { temporaryDirectory } from '../../support/collector.ts';
import { functionNode } from '../../support/function-node.ts';
import { stageForEachTest } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const fixtures = (folder: string): string => fileURLToPath(new URL(`../../fixtures/${folder}`, import.meta.url));

/** By another way than the agent's. */
const bytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => lstatSync(join(folder, name)))
    .reduce((sum, stat) => (stat.isFile() ? sum + stat.size : sum), 0);

describe('the deployed package', () => {
  const { receiver, endsWithTest } = stageForEachTest();
  const roots = () => receiver.spans.filter(({ kind }) => kind === 2);

  /** The agent looks for 10 ms at most, in which a busy machine may get to nothing: then another instance tells. */
  const bytesTold = async (startOne: () => Promise<unknown>): Promise<unknown> => {
    for (let instances = 0; instances < 5; instances += 1) {
      const before = roots().length;
      await startOne();
      await until('it arrived', () => roots().length > before);
      const told = roots()[before]?.attributes['coldlens.package_bytes'];
      if (told !== undefined) return told;
    }
    return undefined;
  };

  const lambda = (environment: Record<string, string> = {}): LambdaInstance =>
    endsWithTest(
      new LambdaInstance(
        {
          name: 'probe',
          taskRoot: fixtures('lambda'),
          handler: 'async.handler',
          memoryMb: 512,
          timeoutMs: 7_000,
          environment: { COLDLENS_ENDPOINT: receiver.url, ...environment },
        },
        findRuntimeClient(),
        { node: functionNode },
      ),
    );

  it('is told on Lambda with the first invocation, and not again', async () => {
    const subject = lambda();
    await subject.start('{}');
    await subject.invoke('{}');
    await subject.stop();
    const [cold, warm] = roots();
    assert.equal(cold?.attributes['coldlens.timeout_ms'], '7000');
    assert.equal(cold?.attributes['coldlens.layers'], namesIn('/opt'));
    assert.equal(cold?.attributes['coldlens.other_agents'], undefined);
    for (const name of ['package_bytes', 'timeout_ms', 'layers', 'other_agents']) {
      assert.equal(warm?.attributes[`coldlens.${name}`], undefined);
    }
    const told = await bytesTold(async () => {
      const another = lambda();
      await another.start('{}');
      await another.stop();
    });
    assert.equal(told, String(bytesOf(fixtures('lambda'))));
  });

  it('is not counted while the response waits', async () => {
    const subject = lambda({ COLDLENS_EXPORT: 'sync' });
    await subject.start('{}');
    await subject.stop();
    assert.equal(roots()[0]?.attributes['coldlens.package_bytes'], undefined);
    assert.equal(roots()[0]?.attributes['coldlens.timeout_ms'], '7000');
  });

  it('is told on Google', async () => {
    const source = join(fixtures('google'), 'functions.cjs');
    const environment = { COLDLENS_ENDPOINT: receiver.url, CLOUD_RUN_TIMEOUT_SECONDS: '60' };
    const fn = { name: 'probe', source, target: 'answers', signature: 'http', generation: 2 } as const;
    const told = await bytesTold(() =>
      endsWithTest(new GoogleInstance({ ...fn, timeoutMs: 5_000, environment }, { node: functionNode })).start('{}'),
    );
    assert.equal(roots()[0]?.attributes['coldlens.timeout_ms'], '60000');
    assert.equal(told, String(bytesOf(dirname(source))));
  });

  it('is told on Azure', async () => {
    const root = fixtures('azure');
    const environment = { COLDLENS_ENDPOINT: receiver.url, AzureWebJobsScriptRoot: root };
    const fn = { name: 'shop/orders', root, main: 'app.cjs', sku: 'FlexConsumption', timeoutMs: 5_000 } as const;
    const told = await bytesTold(() =>
      endsWithTest(new AzureInstance({ ...fn, environment }, { node: functionNode })).start('{}'),
    );
    assert.equal(told, String(bytesOf(root)));
  });

  it('names the agents that the process was started with beside ours', async () => {
    const preload = join(fixtures('layer'), 'preload.cjs');
    const subject = lambda({
      NODE_OPTIONS: `--require ${preload} --import=${join(fixtures('agents'), 'dd-trace.mjs')}`,
    });
    await subject.start('{}');
    await subject.stop();
    assert.equal(roots()[0]?.attributes['coldlens.other_agents'], 'dd-trace');
  });
});

describe('counting the bytes of a package', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryDirectory();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('counts files at any depth, and follows no links', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'one'), 'x'.repeat(100));
    writeFileSync(join(folder, 'a/b/two'), 'x'.repeat(23));
    symlinkSync('/', join(folder, 'a/everything'));
    // On a busy machine 10 ms may be over before it has looked at three files.
    let bytes: number | undefined;
    await until('it had the time', () => {
      bytes = bytesBelow(folder);
      return bytes !== undefined;
    });
    assert.equal(bytes, 123);
  });

  it('gives nothing rather than a part, where there is too much or nothing to see', () => {
    for (let file = 0; file < 5_001; file += 1) writeFileSync(join(folder, `file-${file}`), '');
    assert.equal(bytesBelow(folder), undefined);
    assert.equal(bytesBelow(join(folder, 'nowhere')), undefined);
    assert.equal(bytesBelow(undefined), undefined);
    assert.equal(namesIn(folder), undefined);
  });
});
