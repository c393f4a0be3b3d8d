import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupCommit, QueueFull } from '#collector/buffer/group-commit.js';
import type { Batch, EncodedRows, Rows } from '#collector/store/batch.js';

const rows = (text: string, count = 1) => ({ rows: count, bytes: text.length, chunks: [Buffer.from(text)] });
const none = { rows: 0, bytes: 0, chunks: [] };
const request = (spans: EncodedRows, invocations: EncodedRows = none): Rows => ({
  spans,
  invocation_parts: invocations,
  instance_starts: none,
  package_costs: none,
  hours: new Set(),
});

function openableGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('group commit', () => {
  it('stores requests that arrive together in one batch', async () => {
    const batches: Batch[] = [];
    const commit = new GroupCommit({ insert: async (batch) => void batches.push(batch), lingerMs: 5 });
    await Promise.all([
      commit.add(request(rows('a'), rows('x'))),
      commit.add(request(rows('b'))),
      commit.add(request(rows('c'), rows('z'))),
    ]);
    assert.equal(batches.length, 1);
    assert.deepEqual(batches[0]?.rows.spans, {
      rows: 3,
      bytes: 3,
      chunks: ['a', 'b', 'c'].map((text) => Buffer.from(text)),
    });
    assert.deepEqual(batches[0]?.rows.invocation_parts.chunks.map(String), ['x', 'z']);
  });

  it('acknowledges nothing before its insert has succeeded, and gathers what comes meanwhile', async () => {
    const batches: Batch[] = [];
    const gate = openableGate();
    const commit = new GroupCommit({
      insert: async (batch) => {
        batches.push(batch);
        if (batches.length === 1) await gate.opened;
      },
      lingerMs: 1,
    });
    let isFirstDone = false;
    const first = commit.add(request(rows('a'))).then(() => {
      isFirstDone = true;
    });
    await sleep(10);
    const others = Promise.all([commit.add(request(rows('b'))), commit.add(request(rows('c')))]);
    await sleep(10);
    assert.equal(isFirstDone, false);
    gate.open();
    await Promise.all([first, others]);
    assert.deepEqual(
      batches.map(({ rows: { spans } }) => spans.chunks.map(String)),
      [['a'], ['b', 'c']],
    );
    assert.notEqual(batches[0]?.token, batches[1]?.token);
  });

  it('closes a batch at its limits without splitting a request', async () => {
    const sizes: number[] = [];
    const commit = new GroupCommit({
      insert: async ({ rows: { spans } }) => void sizes.push(spans.rows),
      maxBatchRows: 10,
    });
    await Promise.all([
      commit.add(request(rows('a', 6))),
      commit.add(request(rows('b', 6))),
      commit.add(request(rows('c', 30))),
    ]);
    assert.deepEqual(sizes, [6, 6, 30]);
  });

  it('tries again with the very same batch', async () => {
    const tries: Batch[] = [];
    const commit = new GroupCommit({
      insert: async (batch) => {
        tries.push(batch);
        if (tries.length < 3) throw new Error('not yet');
      },
      lingerMs: 1,
      retryDelaysMs: [1, 1],
    });
    await commit.add(request(rows('a')));
    assert.equal(tries.length, 3);
    assert.equal(new Set(tries).size, 1);
  });

  it('tells every waiting request when the last try failed, and goes on with the next batch', async () => {
    let isDown = true;
    const insert = async () => {
      if (isDown) throw new Error('down');
    };
    const commit = new GroupCommit({ insert, lingerMs: 1, retryDelaysMs: [1] });
    const outcomes = await Promise.allSettled([commit.add(request(rows('a'))), commit.add(request(rows('b')))]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    isDown = false;
    await commit.add(request(rows('a')));
  });

  it('refuses what does not fit into its queue', async () => {
    const gate = openableGate();
    const commit = new GroupCommit({ insert: () => gate.opened, lingerMs: 1, maxQueuedBytes: 10 });
    const first = commit.add(request(rows('12345678')));
    await assert.rejects(commit.add(request(rows('123'))), QueueFull);
    gate.open();
    await first;
    await commit.add(request(rows('123')));
  });
});
