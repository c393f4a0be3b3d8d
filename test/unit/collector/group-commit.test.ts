import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestsOf } from '#collector/buffer/content.js';
import { GroupCommit } from '#collector/buffer/group-commit.js';
import { NotTaken } from '#collector/buffer/not-taken.js';
import { stretchesOf } from '#collector/buffer/record.js';
import { keyOf, rowsOf, textOf } from '../../support/buffer.ts';

const request = (text: string, rows = 1) => ({ keys: [keyOf(text)], rows: rowsOf(text, rows) });

const textsIn = async (chunks: readonly Uint8Array[]): Promise<string[]> => {
  const texts: string[] = [];
  for (const stretch of stretchesOf(Buffer.concat(chunks))) {
    assert.ok('record' in stretch);
    for (const { rows } of requestsOf(stretch.record)) texts.push(textOf(rows));
  }
  return texts;
};

const openableGate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

describe('group commit', () => {
  it('writes requests that arrive together at once', async () => {
    const written: string[][] = [];
    const sizes: object[] = [];
    const commit = new GroupCommit({
      append: async (record, size) => {
        written.push(await textsIn(record));
        sizes.push(size);
      },
    });
    await Promise.all(['a', 'bb', 'c'].map((text) => commit.add(request(text))));
    assert.deepEqual(written, [['a', 'bb', 'c']]);
    assert.deepEqual(sizes, [{ rows: 3, bytes: 4 }]);
    assert.equal(commit.commits, 1);
  });

  it('acknowledges nothing before its write has succeeded, and gathers what comes meanwhile', async () => {
    const written: string[][] = [];
    const gate = openableGate();
    const commit = new GroupCommit({
      append: async (record) => {
        written.push(await textsIn(record));
        if (written.length === 1) await gate.opened;
      },
    });
    let isFirstDone = false;
    const first = commit.add(request('a')).then(() => {
      isFirstDone = true;
    });
    while (written.length === 0) await sleep(1);
    const others = Promise.all([commit.add(request('b')), commit.add(request('c'))]);
    await sleep(10);
    assert.equal(isFirstDone, false);
    assert.equal(commit.queuedBytes, 3);
    gate.open();
    await Promise.all([first, others]);
    assert.deepEqual(written, [['a'], ['b', 'c']]);
    assert.equal(commit.queuedBytes, 0);
  });

  it('closes a group at its limit without splitting a request', async () => {
    const written: string[][] = [];
    const append = async (record: readonly Uint8Array[]) => void written.push(await textsIn(record));
    const commit = new GroupCommit({ append, maxGroupBytes: 10 });
    await Promise.all(['123456', '123457', 'x'.repeat(30), 'y'].map((text) => commit.add(request(text))));
    assert.deepEqual(
      written.map((texts) => texts.map(({ length }) => length)),
      [[6], [6], [30], [1]],
    );
  });

  it('tells every request of a group when its write failed, and goes on with the next', async () => {
    let isDown = true;
    const append = async () => {
      if (isDown) throw new NotTaken('disk', 'down');
    };
    const commit = new GroupCommit({ append });
    const outcomes = await Promise.allSettled([commit.add(request('a')), commit.add(request('b'))]);
    for (const outcome of outcomes) assert.ok(outcome.status === 'rejected' && outcome.reason instanceof NotTaken);
    isDown = false;
    await commit.add(request('a'));
  });

  it('refuses what does not fit into its queue, and lets one that never would in alone', async () => {
    const gate = openableGate();
    const commit = new GroupCommit({ append: () => gate.opened, maxQueuedBytes: 10 });
    const first = commit.add(request('12345678'));
    const refused = (error: unknown) => error instanceof NotTaken && error.reason === 'busy';
    await assert.rejects(commit.add(request('123')), refused);
    gate.open();
    await first;
    await commit.add(request('x'.repeat(100)));
  });

  it('takes nothing more when it closes, and finishes what it has', async () => {
    const gate = openableGate();
    const commit = new GroupCommit({ append: () => gate.opened });
    const first = commit.add(request('a'));
    const closed = commit.close();
    await assert.rejects(commit.add(request('b')), (error) => error instanceof NotTaken && error.reason === 'closing');
    gate.open();
    await Promise.all([first, closed]);
  });
});
