import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { examples } from '#benchmarks/src/examples.js';
import { startOnce } from '#benchmarks/src/measure/start.js';
import type { LambdaTarget, NodeTarget, Target } from '#benchmarks/src/targets/target.js';
import { until } from '../../support/until.ts';

const plain = { name: 'as it is' };
const isLinux = process.platform === 'linux';

/** The examples of the other platforms, as targets. */
const exampleTargets = (): Target[] =>
  examples.flatMap((example): Target[] => {
    const event = '{"id":1}';
    if (example.platform === 'google') {
      return [{ ...example, event, file: example.source, root: dirname(example.source) }];
    }
    if (example.platform === 'azure') {
      const { root, ...rest } = example;
      return [{ ...rest, event, file: join(root, example.main), root, appRoot: root }];
    }
    if (example.platform !== 'workers') return [];
    return [{ ...example, event, handler: 'fetch', file: example.script, root: dirname(example.script) }];
  });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie has ended, and waits for whoever adopted it.
    return !isLinux || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is still held; what lies around until somebody collects it is the engine's business. */
const retainedMb = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
};

describe('one cold start', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'coldlens-start-')));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const lambda = (source: string, more: Partial<LambdaTarget> = {}): LambdaTarget => {
    const file = join(root, 'handler.mjs');
    writeFileSync(file, source);
    const fn = { name: 'probe', taskRoot: root, handler: 'handler.handler', memoryMb: 256, timeoutMs: 2_000 };
    return { platform: 'lambda', ...fn, file, root, event: '{"id":7}', ...more };
  };
  const program = (source: string, more: Partial<NodeTarget> = {}): NodeTarget => {
    const script = join(root, 'program.mjs');
    writeFileSync(script, source);
    return {
      platform: 'node',
      name: 'probe',
      script,
      args: [],
      timeoutMs: 2_000,
      file: script,
      root,
      event: '{}',
      ...more,
    };
  };

  it('measures a Lambda function in the runtime client', async () => {
    const target = lambda('export const handler = async ({ id }) => ({ seen: id });', { expect: '{"seen":7}' });
    const { coldMs, readyMs, cpuMs, rssMb } = await startOnce(target, plain);
    assert.ok(readyMs !== null && readyMs > 5 && readyMs <= coldMs, `${readyMs} of ${coldMs} ms`);
    if (!isLinux) return;
    assert.ok(cpuMs !== null && cpuMs > 10 && cpuMs < 2_000, `${cpuMs} ms`);
    assert.ok(rssMb !== null && rssMb > 20 && rssMb < 300, `${rssMb} MB`);
  });

  for (const target of exampleTargets()) {
    it(`measures ${target.name} in the runtime of ${target.platform}`, async () => {
      const { coldMs, readyMs, cpuMs } = await startOnce(target, plain);
      assert.ok(readyMs !== null && readyMs > 5 && readyMs <= coldMs, `${readyMs} of ${coldMs} ms`);
      assert.ok(!isLinux || (cpuMs !== null && cpuMs > 10), `${cpuMs} ms`);
    });
  }

  it('measures a program from its spawn to its end, children included', async () => {
    const spin = 'const end = performance.now() + 100; while (performance.now() < end);';
    writeFileSync(join(root, 'child.mjs'), spin);
    const target = program(
      `import { execFileSync } from 'node:child_process';
       execFileSync(process.execPath, ['child.mjs']);
       console.log('done', JSON.stringify(process.execArgv), JSON.stringify(Object.keys(process.env)));`,
      { expect: 'done [] ["PATH","HOME","COLDLENS_START"]' },
    );
    const { coldMs, readyMs, cpuMs, rssMb } = await startOnce(target, plain);
    assert.equal(readyMs, null);
    assert.ok(coldMs > 100, `${coldMs} ms`);
    if (!isLinux) return;
    assert.ok(cpuMs !== null && cpuMs > 100, `${cpuMs} ms`);
    assert.ok(rssMb !== null && rssMb > 20, `${rssMb} MB`);
  });

  it('counts the CPU time of threads that have ended', async function () {
    if (!isLinux) this.skip();
    const source = `import { Worker } from 'node:worker_threads';
      const work = 'const begin = process.threadCpuUsage(); while (process.threadCpuUsage(begin).user < 200_000);';
      await new Promise((resolve) => new Worker(work, { eval: true }).once('exit', resolve));
      export const handler = async () => 'ok';`;
    const { cpuMs } = await startOnce(lambda(source), plain);
    assert.ok(cpuMs !== null && cpuMs > 180, `${cpuMs} ms`);
  });

  it('lets nothing of our environment in', async () => {
    const names = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_PATH', 'AWS_PROFILE'] as const;
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = '/not/there';
    try {
      const look = `JSON.stringify(${JSON.stringify(names)}.filter((name) => process.env[name]))`;
      await startOnce(lambda(`export const handler = async () => ${look};`, { expect: '[]' }), plain);
      await startOnce(program(`console.log(${look});`, { expect: '[]' }), plain);
    } finally {
      for (const [at, name] of names.entries()) {
        if (before[at] === undefined) delete process.env[name];
        else process.env[name] = before[at];
      }
    }
  });

  it('starts under the condition: variables, memory, Node', async () => {
    const source = `export const handler = async () =>
      [process.env.SIZE, process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, process.execPath].join();`;
    const node = join(root, 'another-node');
    execFileSync('ln', ['-s', process.execPath, node]);
    const condition = { name: 'another', environment: { SIZE: 'large' }, memoryMb: 1_024, node, limitCpu: true };
    await startOnce(lambda(source, { expect: 'large,1024,' }), condition);
  });

  it('refuses a condition that the platform does not know', async () => {
    const [worker] = exampleTargets().filter(({ platform }) => platform === 'workers');
    const usage = { name: 'Trouble', exitCode: 2 };
    await assert.rejects(startOnce(worker as Target, { name: 'node', node: process.execPath }), usage);
    await assert.rejects(startOnce(program(''), { name: '512 MB', memoryMb: 512 }), usage);
  });

  describe('of a bad function', () => {
    const failing = async (target: Target, message: RegExp, maxMs?: number): Promise<void> => {
      const options = maxMs === undefined ? {} : { maxMs };
      await assert.rejects(startOnce(target, plain, options), { name: 'Trouble', exitCode: 3, message });
    };

    it('says that it answered wrongly', async () => {
      const target = lambda('export const handler = async () => ({ ok: false });', { expect: '"ok":true' });
      await failing(target, /probe answered wrongly: ""ok":true" is not in "\{"ok":false\}"/);
    });

    it('says that it failed, without its control characters', async () => {
      const source = `export const handler = async () => { throw new Error('no \\u001b[31mtable'); };`;
      await failing(lambda(source), /^Function probe failed: Error .*no .*table/);
      const message = await startOnce(lambda(source), plain).catch((error: Error) => error.message);
      assert.ok(!String(message).includes('\u001b'));
    });

    it('says that it hangs, and ends it', async () => {
      const source = 'export const handler = () => new Promise(() => setInterval(() => {}, 1_000));';
      await failing(lambda(source, { timeoutMs: 300 }), /did not answer within its 0.3 s and was ended/);
      const spins = 'for (;;);';
      await failing(program(spins, { timeoutMs: 300 }), /did not answer within its 0.3 s and was ended/);
    });

    it('says that it hangs while it loads, before the platform would', async () => {
      await failing(lambda('for (;;);'), /did not answer within 0.7 s and was ended/, 700);
    });

    it('says that a module is missing, or cannot be read', async () => {
      await failing(lambda(`import 'not-there'; export const handler = 1;`), /not-there/);
      await failing(lambda('export const handler = async () => {'), /SyntaxError|Unexpected end of input/);
    });

    it('never takes an early exit for a fast start', async () => {
      await failing(lambda('process.exit(0);'), /ended with exit code 0/);
      await failing(program('process.exit(3);'), /ended with exit code 3/);
      await failing(program('process.kill(process.pid, "SIGKILL");'), /ended with SIGKILL/);
    });

    it('hears out megabytes without keeping them', async () => {
      const before = retainedMb();
      const print = `import { writeSync } from 'node:fs';
        const line = Buffer.from('x'.repeat(99) + '\\n');
        const block = Buffer.concat(Array(10_000).fill(line));
        for (let at = 0; at < 60; at += 1) for (let from = 0; from < block.length; ) {
          try { from += writeSync(1, block, from); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
        }`;
      await startOnce(lambda(`${print}\nexport const handler = async () => 'ok';`), plain);
      await startOnce(program(print), plain);
      // One collection only releases the last blocks read: what is let go of is counted after the next.
      await until('less than 10 of 120 MB is kept', () => retainedMb() - before < 10);
    });

    for (const [platform, make] of [
      ['Lambda', (source: string) => lambda(`${source}\nexport const handler = async () => 'ok';`)],
      ['Node', (source: string) => program(source)],
    ] as const) {
      it(`leaves no child and no port behind, on ${platform}`, async function () {
        if (!isLinux) this.skip();
        // One in the tree, one detached that outlives its parent, both with a port.
        const serve = `require('node:http').createServer().listen(0); require('node:fs').writeFileSync(process.argv[1], String(process.pid));`;
        const source = `import { spawn } from 'node:child_process';
          import { existsSync } from 'node:fs';
          for (const [file, detached] of [['one', false], ['two', true]]) {
            const path = ${JSON.stringify(root)} + '/' + file;
            spawn(process.execPath, ['-e', ${JSON.stringify(serve)}, path], { detached, stdio: 'inherit' }).unref();
            while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
          }`;
        const target = make(source);
        await startOnce({ ...target, timeoutMs: 10_000 }, plain);
        for (const file of ['one', 'two']) {
          assert.ok(existsSync(join(root, file)), `${file} was started`);
          const pid = Number(readFileSync(join(root, file), 'utf8'));
          await until(`${file} has gone`, () => !isAlive(pid), 1_000);
        }
      });
    }

    it('ends at once when told to, with nothing left', async () => {
      const pidFile = join(root, 'pid');
      const source = `import { writeFileSync } from 'node:fs';
        writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
        process.on('SIGTERM', () => {});
        for (;;);`;
      const stop = new AbortController();
      const start = startOnce(lambda(source), plain, { signal: stop.signal });
      start.catch(() => undefined);
      await until('the handler loads', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
      const reason = new Error('interrupted');
      stop.abort(reason);
      await assert.rejects(start, reason);
      assert.ok(!isAlive(Number(readFileSync(pidFile, 'utf8'))));
      await assert.rejects(startOnce(lambda(source), plain, { signal: stop.signal }), reason);
    });
  });

  it('lets a function say farewell before it is killed', async () => {
    const file = join(root, 'farewell');
    const source = `import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(file)}, 'bye'); process.exit(0); });
      export const handler = async () => 'ok';`;
    await startOnce(lambda(source), plain);
    assert.equal(readFileSync(file, 'utf8'), 'bye');
  });

  describe('with the page cache dropped', () => {
    const here = dirname(fileURLToPath(import.meta.url));
    const fincore = (file: string): number =>
      Number(execFileSync('fincore', ['--bytes', '--noheadings', '--output', 'RES', file], { encoding: 'utf8' }));
    const canLook = isLinux && ['/usr/bin/fincore', '/bin/fincore'].some(existsSync);

    const title = `reads the function's files from the disk${canLook ? '' : ' [no fincore to see it]'}`;
    (canLook ? it : it.skip)(title, async () => {
      // Not in the temporary folder, which may lie in memory.
      const directory = mkdtempSync(join(here, '.page-cache-'));
      try {
        const data = join(directory, 'node_modules/data/large.json');
        mkdirSync(dirname(data), { recursive: true });
        writeFileSync(data, JSON.stringify('x'.repeat(4_000_000)));
        const target = { ...lambda(`export const handler = async () => 'ok';`), root: directory };
        readFileSync(data);
        assert.ok(fincore(data) > 3_900_000);
        await startOnce(target, { name: 'cold files', pageCache: 'dropped' });
        assert.equal(fincore(data), 0);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });

    (existsSync('/dev/shm') ? it : it.skip)('refuses what lies in memory', async () => {
      const directory = mkdtempSync('/dev/shm/coldlens-');
      try {
        const target = { ...program(''), root: directory };
        await assert.rejects(startOnce(target, { name: 'cold files', pageCache: 'dropped' }), /lies in memory/);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    });
  });
});
