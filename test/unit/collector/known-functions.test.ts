/** How many functions a sender may bring, and that nobody can push another's out. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { functionKey, received } from '#collector/model/invocation/facts.js';
import { Admission, KnownFunctions } from '#collector/model/known-functions.js';
import { emptySpan, overflowName } from '#collector/model/span.js';
import { Telling } from '#collector/model/telling.js';

const place = { provider: 'aws', account: '1', region: 'r' };
const fn = (name: string | number) => ({ ...place, name: String(name) });
const keyOf = (name: string | number, more: Partial<typeof place> = {}): string =>
  functionKey({ ...place, ...more, functionName: String(name) });

describe('known functions', () => {
  it('join up to the limit of their sender', () => {
    const known = new KnownFunctions(3);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((name) => known.admit(keyOf(name), 'a')),
      [true, true, true, false, false],
    );
    assert.deepEqual(
      [1, 2, 3].map((name) => known.admit(keyOf(name), 'a')),
      [true, true, true],
    );
    assert.equal(known.size, 3);
  });

  it('keep their names whatever another sender brings, and have room of their own', () => {
    const known = new KnownFunctions(3);
    known.admit(keyOf('real'), 'team');
    for (let made = 0; made < 10_000; made += 1) known.admit(keyOf(`made up ${made}`), 'hostile');
    assert.equal(known.size, 4);
    assert.equal(known.admit(keyOf('real'), 'team'), true);
    assert.equal(known.admit(keyOf('new'), 'team'), true);
    // What is known is known whoever sends it.
    assert.equal(known.admit(keyOf('real'), 'hostile'), true);
    assert.equal(known.admit(keyOf('another'), 'hostile'), false);
  });

  it('are not counted for anybody where they were stored before', () => {
    const known = new KnownFunctions(2);
    known.add([fn('old 1'), fn('old 2'), fn('old 3')]);
    assert.equal(known.admit(keyOf('old 3'), 'a'), true);
    assert.deepEqual(
      [1, 2, 3].map((name) => known.admit(keyOf(name), 'a')),
      [true, true, false],
    );
  });

  it('are limited over all senders too', () => {
    const known = new KnownFunctions(10);
    for (let sender = 0; sender < 100; sender += 1) {
      for (let name = 0; name < 20; name += 1) known.admit(keyOf(`${sender} ${name}`), `sender ${sender}`);
    }
    assert.equal(known.size, known.limit);
    known.add([fn('one more')]);
    assert.equal(known.admit(keyOf('one more'), 'x'), false);
  });

  it('are told apart by account and region, and by nothing that looks alike', () => {
    const known = new KnownFunctions(2);
    assert.equal(known.admit(keyOf('x', { account: '2' }), 'a'), true);
    assert.equal(known.admit(keyOf('x', { region: 's' }), 'a'), true);
    assert.equal(known.admit(keyOf('', { region: 'r","x' }), 'a'), false);
  });

  it('are the same for a worker with the same memory', async () => {
    const known = new KnownFunctions(100);
    known.admit(keyOf('main'), 'a');
    const source = `
      import { workerData, parentPort } from 'node:worker_threads';
      const { KnownFunctions } = await import(workerData.module);
      const known = new KnownFunctions(100, workerData.memory);
      const keyOf = (name) => JSON.stringify(['aws', '1', 'r', String(name)]);
      parentPort.postMessage([known.admit(keyOf('main'), 'a'), ...Array.from({ length: 150 }, (_, n) => known.admit(keyOf(n), 'a'))]);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: { module: import.meta.resolve('#collector/model/known-functions.js'), memory: known.memory },
    });
    const admitted = await new Promise<boolean[]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    assert.equal(admitted.filter((one) => one).length, 100);
    assert.equal(known.size, 100);
    assert.equal(known.admit(keyOf(98), 'b'), true);
    assert.equal(known.admit(keyOf(149), 'a'), false);
    await worker.terminate();
  });

  it('give the spans of those that are too many one name, and leave what they tell besides', () => {
    const known = new KnownFunctions(1);
    const spans = ['first', 'second', 'first'].map((name) => {
      const resource = new Map([
        ['faas.name', name],
        ['cloud.provider', 'aws'],
        ['cloud.account.id', name],
      ]);
      return emptySpan(resource);
    });
    const telling = new Telling(0);
    telling.addAll({ spans: [...spans, emptySpan(new Map())], reports: [], starts: [] }, new Admission(known, 'a'));
    const told = spans.map((span) => received(span, 0).of);
    assert.deepEqual(
      told.map(({ functionName }) => functionName),
      ['first', overflowName, 'first'],
    );
    const { provider, account, region } = told[1]?.told ?? {};
    assert.deepEqual([provider, account, region], ['', '', '']);
    assert.equal(spans[1]?.resource.get('faas.name'), 'second');
  });
});
