/** The durable buffer on a real disk; ClickHouse is a function here, which fails as it is told to. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ClickHouseError } from '@clickhouse/client';
import { type BufferOptions, DurableBuffer } from '#collector/buffer/buffer.js';
import { nodeDisk } from '#collector/buffer/disk.js';
import { NotTaken } from '#collector/buffer/not-taken.js';
import type { BufferEvent } from '#collector/buffer/stats.js';
import type { Batch } from '#collector/store/batch.js';
import { Trouble } from '#collector/trouble.js';
import { diskFull, keyOf, rowsOf, type Step, steppedDisk, textOf } from '../../../support/buffer.ts';
import { until } from '../../../support/until.ts';

const holder = fileURLToPath(new URL('../../../fixtures/collector/hold-buffer.mjs', import.meta.url));

describe('the durable buffer', () => {
  let directory: string;
  let stored: Batch[];
  let events: BufferEvent[];
  /** What an insert does; by default it succeeds. */
  let insert: (batch: Batch) => Promise<void>;
  const open: DurableBuffer[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coldlens-buffer-'));
    stored = [];
    events = [];
    insert = async () => {};
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((buffer) => buffer.close(100)));
    rmSync(directory, { recursive: true });
  });

  const openBuffer = async (more: Partial<BufferOptions> = {}): Promise<DurableBuffer> => {
    const buffer = await DurableBuffer.open({
      directory,
      insert: async (batch) => {
        await insert(batch);
        stored.push(batch);
      },
      lingerMs: 1,
      firstRetryMs: 1,
      mostRetryMs: 5,
      watch: { event: (event) => void events.push(event) },
      ...more,
    });
    open.push(buffer);
    return buffer;
  };

  const reopen = async (buffer: DurableBuffer, more: Partial<BufferOptions> = {}): Promise<DurableBuffer> => {
    await buffer.close(100);
    return openBuffer(more);
  };

  const add = async (buffer: DurableBuffer, text: string, rows = 1): Promise<string> => {
    const keep = async () => {
      await buffer.add(rowsOf(text, rows), [keyOf(text)]);
      return 'stored';
    };
    return (await buffer.once(keyOf(text), keep)) ?? 'repeated';
  };
  const texts = () => stored.map(({ rows }) => textOf(rows));
  const away = async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  const batchFiles = (folder = '') => readdirSync(join(directory, folder)).filter((name) => name.endsWith('.batch'));
  const refusedFor = (reason: string) => (error: unknown) => error instanceof NotTaken && error.reason === reason;

  it('acknowledges while ClickHouse is away, and inserts the oldest first when it is back', async () => {
    insert = away;
    const buffer = await openBuffer({ maxBatchRows: 2 });
    for (const text of ['a', 'b', 'c', 'd', 'e']) assert.equal(await add(buffer, text), 'stored');
    await until('it has been tried', () => buffer.stats().retries > 2);
    const { batches, isFailing, lastFailure, oldestMs } = buffer.stats();
    assert.deepEqual([batches, isFailing], [3, true]);
    assert.match(lastFailure?.message ?? '', /ECONNREFUSED/);
    assert.ok((oldestMs ?? -1) >= 0);
    assert.equal(await buffer.drained(1_000), false, 'nobody waits for a ClickHouse that is away');
    insert = async () => {};
    await until('all is inserted', () => buffer.stats().batches === 0);
    assert.equal(texts().join(''), 'abcde');
    assert.equal(new Set(stored.map(({ token }) => token)).size, stored.length);
    assert.deepEqual(
      events.map(({ name }) => name),
      ['insert-failing', 'inserting-again'],
    );
  });

  it('sends the same bytes under the same token at every try', async () => {
    const tries: [string, string][] = [];
    insert = async ({ token, rows }) => {
      tries.push([token, textOf(rows)]);
      if (tries.length < 4) throw new Error('the answer was lost');
    };
    const buffer = await openBuffer();
    await Promise.all([add(buffer, 'a'), add(buffer, 'b')]);
    assert.equal(await buffer.drained(50), false);
    await until('it is inserted', () => stored.length > 0);
    assert.equal(new Set(tries.map(String)).size, 1);
    assert.equal(buffer.stats().retries, 3);
    await until('the batch is gone', () => batchFiles().length === 0);
  });

  it('inserts what an earlier process has left, before anything else, under the tokens it had', async () => {
    const tokens: string[] = [];
    insert = async ({ token }) => {
      tokens.push(token);
      await away();
    };
    const first = await openBuffer();
    await add(first, 'left');
    await until('it was tried', () => tokens.length > 0);
    const second = await (async () => {
      await first.close(100);
      insert = async () => {};
      return openBuffer();
    })();
    await add(second, 'new');
    assert.ok(await second.drained(2_000));
    assert.deepEqual(texts(), ['left', 'new']);
    assert.equal(stored[0]?.token, tokens[0]);
    assert.deepEqual(stored[0]?.rows.hours, new Set([1]));
  });

  it('recognises a request that comes again: at once, later, and after a restart', async () => {
    let isAway = true;
    insert = () => (isAway ? away() : Promise.resolve());
    let buffer = await openBuffer();
    // Who comes while it is on its way is told what the first is told.
    assert.deepEqual(await Promise.all([add(buffer, 'a'), add(buffer, 'a')]), ['stored', 'stored']);
    assert.equal(await add(buffer, 'a'), 'repeated');
    buffer = await reopen(buffer);
    assert.equal(await add(buffer, 'a'), 'repeated', 'its batch is still there');
    isAway = false;
    await until('it is inserted', () => buffer.stats().batches === 0);
    assert.equal(await add(buffer, 'a'), 'repeated');
    buffer = await reopen(buffer);
    assert.equal(await add(buffer, 'a'), 'repeated', 'its batch is gone');
    assert.equal(buffer.stats().deduplicatedRequests, 1);
    assert.deepEqual(texts(), ['a']);
  });

  it('recognises nothing that was not taken', async () => {
    let isFull = true;
    const buffer = await openBuffer({
      disk: steppedDisk((step) => {
        if (step === 'write' && isFull) throw diskFull();
      }),
    });
    const outcomes = await Promise.allSettled([add(buffer, 'a'), add(buffer, 'a')]);
    for (const { status } of outcomes) assert.equal(status, 'rejected');
    isFull = false;
    assert.equal(await add(buffer, 'a'), 'stored');
  });

  it('takes no more than its limit, and takes again when there is room', async () => {
    insert = away;
    const buffer = await openBuffer({ limitBytes: 20_000 });
    let taken = 0;
    const noise = (n: number) => Array.from({ length: 40 }, (_, at) => keyOf(`${n}-${at}`).toString('hex')).join('');
    for (; ; taken += 1) {
      const outcome = await add(buffer, noise(taken)).catch((error: unknown) => error);
      if (outcome === 'stored') continue;
      assert.ok(refusedFor('full')(outcome));
      break;
    }
    assert.ok(taken > 5, String(taken));
    assert.ok(buffer.stats().bytes <= 20_000);
    assert.equal(buffer.stats().refusedRequests.full, 1);
    insert = async () => {};
    await until('it is inserted', () => buffer.stats().batches === 0);
    assert.equal(await add(buffer, 'again'), 'stored');
    assert.deepEqual(
      events.map(({ name }) => name).filter((name) => name === 'full' || name === 'recovered'),
      ['full', 'recovered'],
    );
  });

  for (const failing of ['create', 'write', 'sync', 'truncate'] satisfies Step[]) {
    it(`keeps what it acknowledged, and nothing else, when the disk fails: ${failing}`, async () => {
      insert = away;
      let isFailing = false;
      const disk = steppedDisk((step, path) => {
        // A failure to take a write back needs a write that failed.
        const isHit = step === failing || (failing === 'truncate' && step === 'sync');
        if (isFailing && isHit && path.endsWith('.batch')) throw diskFull();
      });
      const buffer = await openBuffer({ disk, maxBatchRows: failing === 'create' ? 1 : 100 });
      await add(buffer, 'before');
      isFailing = true;
      // The second one needs a file of its own.
      for (const text of ['x', 'y']) await assert.rejects(add(buffer, text), refusedFor('disk'));
      assert.equal(buffer.stats().refusedRequests.disk, 2);
      isFailing = false;
      assert.equal(await add(buffer, 'after'), 'stored');
      insert = async () => {};
      await until('all is inserted', () => buffer.stats().batches === 0);
      assert.equal(texts().join(), 'before,after');
      assert.equal(buffer.stats().damagedBatches, 0);
      assert.ok(events.some(({ name }) => name === 'recovered'));
    });
  }

  it('lets a batch go although its requests cannot be noted, because that makes room', async () => {
    let isFull = true;
    const disk = steppedDisk((_step, path) => {
      if (isFull && path.endsWith('.keys')) throw diskFull();
    });
    const buffer = await openBuffer({ disk });
    await add(buffer, 'a');
    await until('it is gone', () => buffer.stats().insertedBatches === 1);
    assert.deepEqual(batchFiles(), []);
    assert.equal(events.at(-1)?.name, 'disk-failing');
    isFull = false;
    assert.equal(await add(buffer, 'a'), 'repeated', 'this process still knows it');
  });

  it('inserts all of a batch but the record whose bit was flipped, and keeps that batch aside', async () => {
    insert = away;
    const first = await openBuffer();
    const all = ['one', 'two', 'three'];
    for (const text of all) await add(first, text.repeat(50));
    await first.close(100);
    // Into the first batch only one record may have gone.
    const damage = () => {
      const names = batchFiles();
      const path = join(directory, names.at(-1) as string);
      const content = readFileSync(path);
      content[content.length - 3] = (content[content.length - 3] as number) ^ 8;
      writeFileSync(path, content);
      return names.at(-1) as string;
    };
    const name = damage();
    insert = async () => {};
    const second = await openBuffer();
    await until('the rest is inserted', () => second.stats().batches === 0);
    assert.equal(texts().join(''), `${'one'.repeat(50)}${'two'.repeat(50)}`);
    assert.deepEqual(batchFiles('damaged'), [name]);
    assert.equal(second.stats().damagedBatches, 1);
    assert.match(events.find(({ name: event }) => event === 'damaged')?.message ?? '', /do not fit their checksum/);
    assert.equal((await reopen(second)).stats().damagedBatches, 1, 'it is counted as long as it lies there');
  });

  it('inserts what stands before a torn tail', async () => {
    insert = away;
    const first = await openBuffer({ lingerMs: 60_000 });
    for (const text of ['one', 'two', 'three']) await add(first, text);
    await first.close(100);
    const [name] = batchFiles() as [string];
    const path = join(directory, name);
    truncateSync(path, readFileSync(path).length - 5);
    insert = async () => {};
    const second = await openBuffer();
    await until('it is inserted', () => second.stats().batches === 0);
    assert.equal(texts().join(), 'onetwo');
    assert.deepEqual(batchFiles('damaged'), [name]);
  });

  it('goes on behind a file that the disk cannot read', async () => {
    const disk = steppedDisk((step, path) => {
      if (step === 'read' && path.includes('000000000001-')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    });
    const buffer = await openBuffer({ disk });
    await add(buffer, 'unreadable');
    await until('it was set aside', () => buffer.stats().damagedBatches === 1);
    await add(buffer, 'fine');
    assert.ok(await buffer.drained(2_000));
    assert.deepEqual(texts(), ['fine']);
  });

  describe('beside senders who wait for the processor', () => {
    let isBehind: boolean;
    beforeEach(() => {
      isBehind = true;
    });
    const givingWay = (more: Partial<BufferOptions> = {}) => openBuffer({ givesWay: () => isBehind, ...more });

    it('stores once they no longer wait', async () => {
      const buffer = await givingWay({ maxBatchRows: 1 });
      for (const text of ['a', 'b', 'c']) await add(buffer, text);
      await sleep(150);
      assert.deepEqual(texts(), []);
      isBehind = false;
      await until('all is stored', () => texts().join('') === 'abc');
    });

    it('stores at once where somebody waits for it', async () => {
      const buffer = await givingWay();
      await add(buffer, 'a');
      assert.ok(await buffer.drained(2_000));
      assert.deepEqual(texts(), ['a']);
    });

    it('stores in the end though they never cease', async () => {
      const buffer = await givingWay({ mostGivingWayMs: 300, maxBatchRows: 1 });
      const beganMs = performance.now();
      for (const text of ['a', 'b', 'c']) await add(buffer, text);
      await until('all is stored', () => texts().join('') === 'abc');
      assert.ok(performance.now() - beganMs >= 300);
    });

    it('stores in the end though they pause for a moment now and then', async () => {
      const names = [...'abcdefghijklmnopqrst'];
      let looks = 0;
      const givesWay = (): boolean => {
        looks += 1;
        return looks % 5 !== 0;
      };
      const buffer = await givingWay({ mostGivingWayMs: 200, maxBatchRows: 1, givesWay });
      for (const text of names) await add(buffer, text);
      await until('all is stored', () => texts().length === names.length, 20_000);
      // One for each, and those of the 200 ms; were a batch stored in each pause, five for each.
      assert.ok(looks < 2 * names.length, String(looks));
    });

    it('gives way anew once it has caught up', async () => {
      const buffer = await givingWay({ mostGivingWayMs: 300, maxBatchRows: 1 });
      for (const text of ['a', 'b', 'c']) await add(buffer, text);
      await until('all is stored', () => texts().join('') === 'abc');
      isBehind = false;
      await add(buffer, 'd');
      await until('this too', () => texts().join('') === 'abcd');
      isBehind = true;
      await add(buffer, 'e');
      await sleep(100);
      assert.equal(texts().join(''), 'abcd');
    });

    it('stores as soon as the disk takes nothing more', async () => {
      let isFull = false;
      const disk = steppedDisk((step) => {
        if (step === 'write' && isFull) throw diskFull();
      });
      const buffer = await givingWay({ disk });
      await add(buffer, 'a');
      await sleep(100);
      assert.deepEqual(texts(), []);
      isFull = true;
      await assert.rejects(add(buffer, 'b'), refusedFor('disk'));
      await until('what waits is stored', () => texts().join('') === 'a');
    });

    it('stores as soon as the buffer is half full', async () => {
      const buffer = await givingWay({ limitBytes: 40_000 });
      await add(buffer, '0'.repeat(500));
      await sleep(150);
      assert.deepEqual(texts(), []);
      for (let at = 1; buffer.stats().bytes < 20_000; at += 1) await add(buffer, `${at}`.repeat(500));
      await until('it stores', () => texts().length > 0);
    });

    it('ends in time', async () => {
      const buffer = await givingWay();
      await add(buffer, 'a');
      const beganMs = performance.now();
      await buffer.close(2_000);
      assert.ok(performance.now() - beganMs < 1_000);
      isBehind = false;
      const next = await openBuffer();
      await until('the next process stores it', () => next.stats().batches === 0);
      assert.deepEqual(texts(), ['a']);
    });
  });

  describe('with rows that ClickHouse refuses', () => {
    const error = (code: string, message = `Code: ${code}. DB::Exception: no`) =>
      new ClickHouseError({ message, code, type: 'X' });
    const refusing = (code: string, message?: string) => async (batch: Batch) => {
      if (textOf(batch.rows).includes('poison')) throw error(code, message);
    };

    it('keeps only those from it, and what stands behind them waits no longer', async () => {
      const codes: [string, string?][] = [
        ['117'],
        ['252', 'Too many partitions for single INSERT block (more than 200)'],
      ];
      for (const [code, message] of codes) {
        insert = away;
        stored = [];
        let buffer = await openBuffer({ lingerMs: 60_000 });
        for (const text of [`a${code}`, `poison${code}`, `b${code}`]) await add(buffer, text);
        await buffer.close(100);
        insert = refusing(code, message);
        buffer = await openBuffer();
        await add(buffer, `behind${code}`);
        await until('all is through', () => buffer.stats().batches === 0);
        assert.deepEqual(texts(), [`a${code}`, `b${code}`, `behind${code}`]);
        assert.equal(new Set(stored.map(({ token }) => token)).size, 3, 'each has a token of its own');
        assert.equal(buffer.stats().insertedRows, 3);
        await buffer.close(100);
      }
      assert.equal(batchFiles('set-aside').length, 2);
      assert.match(
        events.find(({ name }) => name === 'refused')?.message ?? '',
        /refused rows of 1 requests .*set-aside/,
      );
    });

    it('takes what was set aside again once a person puts it back', async () => {
      insert = refusing('27');
      const buffer = await openBuffer();
      await add(buffer, 'poison');
      await until('it is set aside', () => buffer.stats().refusedBatches === 1);
      await buffer.close(100);
      insert = async () => {};
      const [name] = batchFiles('set-aside') as [string];
      await nodeDisk.move(join(directory, 'set-aside', name), join(directory, name));
      assert.ok(await (await openBuffer()).drained(2_000));
      assert.deepEqual(texts(), ['poison']);
    });

    it('never takes an outage for wrong rows', async () => {
      for (const code of ['60', '241', '252', '516', '159', '242']) {
        insert = refusing(code);
        const buffer = await openBuffer();
        await add(buffer, `poison${code}`);
        await until('it was tried often', () => buffer.stats().retries > 8);
        assert.deepEqual([buffer.stats().batches, buffer.stats().refusedBatches], [1, 0], code);
        insert = async () => {};
        await until('it is inserted', () => buffer.stats().batches === 0);
        await buffer.close(100);
      }
    });
  });

  it("is one process's at a time, and free as soon as that is gone, however it ended", async () => {
    const child = fork(holder, [directory], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    await assert.rejects(openBuffer(), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === 3);
      assert.match(error.message, /^The buffer directory .* is in use by another collector\.$/);
      assert.match(error.next, /--buffer/);
      return true;
    });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const buffer = await openBuffer();
    await assert.rejects(openBuffer(), /in use by another collector/, 'nor twice in one process');
    await buffer.close(100);
    await openBuffer();
  });

  it('says that a directory cannot be used', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    await assert.rejects(openBuffer({ directory: join(file, 'x') }), (error) => {
      assert.ok(error instanceof Trouble);
      assert.match(`${error.message} ${error.next}`, /cannot be used \(ENOTDIR.*--buffer/);
      return true;
    });
  });

  it('inserts rows of an older form in that form', async () => {
    insert = away;
    const first = await openBuffer();
    await add(first, 'old rows');
    await first.close(100);
    const { formRecord, groupRecord, todaysForm } = await import('#collector/buffer/content.js');
    const form = { ...todaysForm, format: 'JSONCompactEachRow' };
    const record = groupRecord([{ keys: [keyOf('x')], rows: rowsOf('old rows') }]);
    const [name] = batchFiles() as [string];
    writeFileSync(join(directory, name), Buffer.concat([...formRecord(form), ...record]));
    insert = async () => {};
    assert.ok(await (await openBuffer()).drained(2_000));
    assert.deepEqual(stored[0]?.form, form);
  });
});
