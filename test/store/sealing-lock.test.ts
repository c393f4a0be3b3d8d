/** One sealer at a time, and none that waits for a dead one. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '#collector/store/connection.js';
import { createLock } from '#collector/store/ddl.js';
import { layoutOf } from '#collector/store/layout.js';
import { ownHolder } from '#collector/store/sealing/holder.js';
import { withLock } from '#collector/store/sealing/lock.js';
import { parseTarget } from '#collector/store/target.js';
import { ask, collectorForAllTests, urlWithLogin } from '../support/collector.ts';

const holderEntry = import.meta.resolve('#collector/store/sealing/holder.js');

/** Another process that could have the lock, and lives until it is killed. */
const anotherProcess = async () => {
  const script = `import { ownHolder } from ${JSON.stringify(holderEntry)}; console.log(ownHolder); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const kill = async (): Promise<void> => {
    const ended = once(child, 'exit');
    if (child.kill('SIGKILL')) await ended;
  };
  return { holder: line.toString().trim(), kill };
};

describe('the lock of sealing', function () {
  this.timeout(20_000);
  const running = collectorForAllTests();
  const database = 'locked';
  const layout = layoutOf(database, 'plain', null);
  let connection: Connection;
  before(async () => {
    const { url } = running.store.engine;
    await ask(url, `CREATE DATABASE ${database}`, 'default');
    connection = new Connection(parseTarget(`${await urlWithLogin(url)}/${database}`));
  });
  after(() => connection?.close());

  const leftBy = (holder: string): Promise<void> => connection.command(createLock('sealing_lock', holder, layout));
  const locks = async (): Promise<unknown[]> =>
    await connection.select("SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'sealing_lock'");

  it('is waited for while the process that has it lives, and taken at once when that was killed', async function () {
    // Elsewhere nobody can know that.
    if (!existsSync('/proc/self/ns/pid')) return this.skip();
    const other = await anotherProcess();
    try {
      await leftBy(other.holder);
      let isDone = false;
      const done = withLock(connection, layout, async () => {
        isDone = true;
      });
      await sleep(500);
      assert.equal(isDone, false);
      await other.kill();
      await done;
      assert.equal(isDone, true);
      assert.deepEqual(await locks(), []);
    } finally {
      await other.kill();
    }
  });

  it('is taken at once from a process whose number this one has got since', async function () {
    if (!existsSync('/proc/self/ns/pid')) return this.skip();
    const [, ...rest] = ownHolder.split(' ');
    await leftBy(['00000000-0000-4000-8000-000000000000', ...rest].join(' '));
    await withLock(connection, layout, async () => {});
    assert.deepEqual(await locks(), []);
  });

  it('of another machine is not taken for that of a dead process here', async () => {
    await leftBy(`00000000-0000-4000-8000-000000000000 ${2 ** 22 + 1} another-boot pid:[1]`);
    const waiting = withLock(connection, layout, async () => {});
    const first = await Promise.race([waiting.then(() => 'taken'), sleep(500, 'waits')]);
    assert.equal(first, 'waits');
    await connection.command('DROP TABLE sealing_lock SYNC');
    await waiting;
  });
});
