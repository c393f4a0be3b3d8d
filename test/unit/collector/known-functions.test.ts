/** How many functions a sender may bring, and that nobody can push another's out. */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { functionNameOf, placeOf } from '#collector/model/invocation/facts.js';
import { KnownFunctions, markOverflow } from '#collector/model/known-functions.js';
import { emptySpan, overflowName } from '#collector/model/span.js';

const fn = (name: string | number) => ({ provider: 'aws', account: '1', region: 'r', name: String(name) });

describe('known functions', () => {
  it('join up to the limit of their sender', () => {
    const known = new KnownFunctions(3);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((name) => known.admit(fn(name), 'a')),
      [true, true, true, false, false],
    );
    assert.deepEqual(
      [1, 2, 3].map((name) => known.admit(fn(name), 'a')),
      [true, true, true],
    );
    assert.equal(known.size, 3);
  });

  it('keep their names whatever another sender brings, and have room of their own', () => {
    const known = new KnownFunctions(3);
    known.admit(fn('real'), 'team');
    for (let made = 0; made < 10_000; made += 1) known.admit(fn(`made up ${made}`), 'hostile');
    assert.equal(known.size, 4);
    assert.equal(known.admit(fn('real'), 'team'), true);
    assert.equal(known.admit(fn('new'), 'team'), true);
    // What is known is known whoever sends it.
    assert.equal(known.admit(fn('real'), 'hostile'), true);
    assert.equal(known.admit(fn('another'), 'hostile'), false);
  });

  it('are not counted for anybody where they were stored before', () => {
    const known = new KnownFunctions(2);
    known.add([fn('old 1'), fn('old 2'), fn('old 3')]);
    assert.equal(known.admit(fn('old 3'), 'a'), true);
    assert.deepEqual(
      [1, 2, 3].map((name) => known.admit(fn(name), 'a')),
      [true, true, false],
    );
  });

  it('are limited over all senders too', () => {
    const known = new KnownFunctions(10);
    for (let sender = 0; sender < 100; sender += 1) {
      for (let name = 0; name < 20; name += 1) known.admit(fn(`${sender} ${name}`), `sender ${sender}`);
    }
    assert.equal(known.size, known.limit);
    known.add([fn('one more')]);
    assert.equal(known.admit(fn('one more'), 'x'), false);
  });

  it('are told apart by account and region, and by nothing that looks alike', () => {
    const known = new KnownFunctions(2);
    assert.equal(known.admit({ ...fn('x'), account: '2' }, 'a'), true);
    assert.equal(known.admit({ ...fn('x'), region: 's' }, 'a'), true);
    assert.equal(known.admit({ provider: 'aws', account: '1', region: 'r","x', name: '' }, 'a'), false);
  });

  it('are the same for a worker with the same memory', async () => {
    const known = new KnownFunctions(100);
    known.admit(fn('main'), 'a');
    const source = `
      import { workerData, parentPort } from 'node:worker_threads';
      const { KnownFunctions } = await import(workerData.module);
      const known = new KnownFunctions(100, workerData.memory);
      const fn = (name) => ({ provider: 'aws', account: '1', region: 'r', name: String(name) });
      parentPort.postMessage([known.admit(fn('main'), 'a'), ...Array.from({ length: 150 }, (_, n) => known.admit(fn(n), 'a'))]);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: { module: import.meta.resolve('#collector/model/known-functions.js'), memory: known.memory },
    });
    const admitted = await new Promise<boolean[]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    assert.equal(admitted.filter((one) => one).length, 100);
    assert.equal(known.size, 100);
    assert.equal(known.admit(fn(98), 'b'), true);
    assert.equal(known.admit(fn(149), 'a'), false);
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
    markOverflow([...spans, emptySpan(new Map())], known, 'a');
    assert.deepEqual(spans.map(functionNameOf), ['first', overflowName, 'first']);
    assert.deepEqual(spans.map(placeOf)[1], { provider: '', account: '', region: '' });
    assert.equal(spans[1]?.resource.get('faas.name'), 'second');
  });
});
