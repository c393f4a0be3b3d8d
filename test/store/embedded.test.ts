import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store, startCollector, Trouble } from '#collector/index.js';
import { EmbeddedClickHouse } from '#collector/store/embedded/embedded.js';
import { EngineProcess } from '#collector/store/embedded/engine-process.js';
import { configurationOf, newLogins } from '#collector/store/embedded/logins.js';
import { removeDirectory, temporaryDirectory } from '../support/collector.ts';
import { invocationSpans, request, send } from '../support/spans.ts';
import { until } from '../support/until.ts';

const fixture = fileURLToPath(new URL('../fixtures/collector/open-store.mjs', import.meta.url));

describe('the embedded ClickHouse', () => {
  let data: string;
  const stores: Store[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    data = await temporaryDirectory();
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await removeDirectory(data);
  });

  async function open(): Promise<Store> {
    const store = await openStore({ data });
    stores.push(store);
    return store;
  }

  async function openElsewhere(): Promise<{ child: ChildProcess; engine: Store['engine'] }> {
    const child = fork(fixture, [data], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    children.push(child);
    const [engine] = (await once(child, 'message')) as [Store['engine']];
    return { child, engine };
  }

  const owner = async () =>
    JSON.parse(await readFile(join(data, 'server.json'), 'utf8')) as { port: number; pid: number };

  function isRunning(pid: number): boolean {
    try {
      process.kill(pid, 0);
      // What has lost its parent and ended stays in the list until whoever adopted it looks.
      return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  }

  const oneInvocation = () => request(invocationSpans({ id: 'i', startMs: Date.now(), kind: 'warm', executionMs: 5 }));
  const invocationsIn = async (store: Store) => {
    const query = { sinceMs: 3_600_000, sort: 'invocations', limit: 10 } as const;
    return (await store.ranking(query)).functions.reduce((sum, { invocations }) => sum + invocations, 0);
  };

  it('keeps its data, and leaves no process and no owner file behind', async () => {
    const store = await open();
    assert.equal(store.engine.kind, 'embedded');
    assert.match(store.engine.version, /^\d+\.\d+/);
    const { pid } = await owner();
    assert.ok(isRunning(pid));
    const collector = await startCollector({ port: 0, store });
    assert.equal((await send(collector.url, oneInvocation())).status, 200);
    await collector.close();
    await store.close();
    await store.close();
    assert.equal(isRunning(pid), false);
    assert.equal(existsSync(join(data, 'server.json')), false);
    assert.equal(await invocationsIn(await open()), 1);
  });

  it('is shared: a second process attaches to the one that owns the directory', async () => {
    const { engine } = await openElsewhere();
    const store = await open();
    assert.equal(store.engine.kind, 'attached');
    assert.equal(store.engine.url, engine.url);
    await store.close();
    // Closing what is attached ends nothing.
    assert.ok(isRunning((await owner()).pid));
  });

  it('is started once when several open a directory at the same time', async () => {
    const opened = await Promise.all([open(), open(), openElsewhere().then(({ engine }) => ({ engine }))]);
    const kinds = opened.map(({ engine }) => engine.kind).toSorted();
    assert.deepEqual(kinds, ['attached', 'attached', 'embedded']);
    assert.equal(new Set(opened.map(({ engine }) => engine.url)).size, 1);
  });

  it('is opened also where its owner ends meanwhile', async () => {
    let owning = await open();
    // What an opening asks takes about 50 ms: the owner ends before it, in the middle of it, and behind it.
    for (let waitMs = 0; waitMs <= 60; waitMs += 10) {
      const opening = openStore({ data });
      await sleep(waitMs);
      await owning.close();
      owning = await opening;
      stores.push(owning);
      await owning.seal();
    }
    assert.equal(owning.engine.kind, 'embedded');
  }).timeout(60_000);

  it('dies with its owner, even by SIGKILL, and an attached store takes the data over', async () => {
    const { child } = await openElsewhere();
    const { pid } = await owner();
    const store = await open();
    const collector = await startCollector({ port: 0, store });
    assert.equal((await send(collector.url, oneInvocation())).status, 200);
    // A question waits a bounded time for what is still in the buffer, which may be shorter than an engine takes to start.
    assert.ok(await collector.drained(10_000));
    child.kill('SIGKILL');
    await until('the engine has gone with its owner', () => !isRunning(pid), 15_000);
    assert.equal(await invocationsIn(store), 1);
    assert.equal(store.engine.kind, 'embedded');
    assert.equal((await send(collector.url, oneInvocation())).status, 200);
    await collector.close();
  });

  it('comes back when it is killed under a collector, and nothing acknowledged is lost', async () => {
    const store = await open();
    const collector = await startCollector({ port: 0, store });
    const body = oneInvocation();
    assert.equal((await send(collector.url, body)).status, 200);
    const { pid } = await owner();
    process.kill(pid, 'SIGKILL');
    assert.equal((await send(collector.url, body)).status, 200);
    // While nobody has noticed that it is gone, a question is answered with an error.
    await until(
      'it is in a new engine',
      () =>
        invocationsIn(store).then(
          (n) => n === 1,
          () => false,
        ),
      15_000,
    );
    assert.notEqual((await owner()).pid, pid);
    await collector.close();
  });

  it('ignores an owner file whose port belongs to somebody else by now', async () => {
    const stranger = createServer((_request, response) => response.end('/somewhere/else/\n'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      const { port } = stranger.address() as AddressInfo;
      await writeFile(join(data, 'server.json'), JSON.stringify({ port, pid: 1 }));
      assert.equal((await open()).engine.kind, 'embedded');
    } finally {
      stranger.close();
      stranger.closeAllConnections();
    }
  });

  for (const text of ['', 'no JSON', '[]', '{"port":-1,"pid":2}', '{"port":"80","pid":2}']) {
    it(`ignores an owner file that says ${JSON.stringify(text)}`, async () => {
      await writeFile(join(data, 'server.json'), text);
      assert.equal((await open()).engine.kind, 'embedded');
    });
  }

  it('says who locks a directory without serving it', async () => {
    await mkdir(join(data, 'clickhouse'));
    const [logins, file] = [newLogins(), join(data, 'engine.xml')];
    await writeFile(file, configurationOf(logins, file), { mode: 0o600 });
    const outcome = await EngineProcess.start(join(data, 'clickhouse'), file, logins.collector);
    assert.ok(outcome.state === 'running');
    try {
      // The owner file of its first owner is lost: nobody can know the port.
      const impatient = new EmbeddedClickHouse(data, { lockPatienceMs: 100 });
      await assert.rejects(impatient.locate(), (error) => {
        assert.ok(error instanceof Trouble && error.exitCode === 3);
        assert.match(error.message, /is locked by another process, which names no port/);
        assert.match(error.next, /--data/);
        return true;
      });
    } finally {
      await outcome.engine.stop();
    }
  });

  it('says that a directory cannot be made', async () => {
    const file = join(data, 'file');
    await writeFile(file, '');
    await assert.rejects(openStore({ data: join(file, 'x') }), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === 3);
      assert.match(`${error.message} ${error.next}`, /ENOTDIR.*--data/);
      return true;
    });
  });

  it('names the way out where the engine is not installed', async () => {
    process.env.CHDB_LIBCHDB_PATH = join(data, 'no-such-library');
    try {
      await assert.rejects(open(), (error) => error instanceof Trouble && /--clickhouse URL/.test(error.next));
    } finally {
      delete process.env.CHDB_LIBCHDB_PATH;
    }
  });
});
