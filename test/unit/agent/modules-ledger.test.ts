import assert from 'node:assert/strict';
import { Ledger, type LedgerOptions } from '#agent/modules/ledger.js';
import type { ModuleNode } from '#agent/modules/node.js';

/** A ledger on clocks that stand still until they are told to go on. */
const makeLedger = (options: Partial<LedgerOptions> = {}) => {
  let nowMs = 0;
  let nowCpuMs = 0;
  const idle: (() => void)[] = [];
  const ledger = new Ledger({
    clock: () => nowMs,
    cpuClock: () => nowCpuMs,
    beginMs: 0,
    whenIdle: (then) => idle.push(then),
    ...options,
  });
  const node = (key: string, parent: string | null = null): ModuleNode => {
    const made = ledger.node(key, parent, key);
    assert.ok(made);
    return made;
  };
  return {
    ledger,
    node,
    pass: (ms: number, cpuMs = ms): void => {
      nowMs += ms;
      nowCpuMs += cpuMs;
    },
    turn: (): void => {
      for (const then of idle.splice(0)) then();
    },
  };
};

describe('the ledger of modules', () => {
  it('gives nested CommonJS its exact times', () => {
    const { ledger, node, pass } = makeLedger();
    const a = node('a');
    const frameA = ledger.enter(a);
    pass(3);
    ledger.charge();
    pass(2);
    ledger.resolved(a, 'b');
    const b = node('b', 'a');
    const frameB = ledger.enter(b);
    pass(10);
    ledger.leave(frameB, false);
    pass(1);
    ledger.leave(frameA, false);
    assert.deepEqual([a.selfMs, a.resolveMs, b.selfMs, b.parent], [4, 2, 10, a]);
  });

  it('shares the time of linking by source size, and gives bodies their own', () => {
    const { ledger, node, pass } = makeLedger();
    const [a, b] = [node('a'), node('b', 'a')];
    pass(1);
    ledger.loaded(a, 'module', 1_500);
    pass(2);
    ledger.charge();
    pass(1);
    ledger.loaded(b, 'module', 500);
    pass(4);
    const frameB = ledger.enter(b, false);
    pass(5);
    ledger.leave(frameB, false);
    pass(0.5);
    const frameA = ledger.enter(a, false);
    pass(7);
    ledger.leave(frameA, false);
    assert.deepEqual([a.linkMs, b.linkMs], [4, 2]);
    assert.deepEqual([a.selfMs, b.selfMs], [1 + 4 + 0.5 + 7, 1 + 2 + 5]);
  });

  it('tells CPU time from waiting, in linking too', () => {
    const { ledger, node, pass } = makeLedger();
    const [a, b] = [node('a'), node('b', 'a')];
    pass(10, 4);
    ledger.loaded(a, 'module', 500);
    pass(6, 2);
    ledger.loaded(b, 'module', 500);
    pass(8, 4);
    const frame = ledger.enter(b, false);
    pass(5, 1);
    ledger.leave(frame, false);
    assert.deepEqual([a.cpuMs, b.cpuMs], [4 + 2, 2 + 2 + 1]);
    assert.deepEqual([a.selfMs, b.selfMs], [10 + 4, 6 + 4 + 5]);
  });

  it('knows no CPU time where Node does not tell', () => {
    const { ledger, node, pass } = makeLedger({ cpuClock: null });
    const a = node('a');
    const frame = ledger.enter(a);
    pass(3);
    ledger.leave(frame, false);
    assert.deepEqual([a.selfMs, a.cpuMs], [3, null]);
  });

  it('gives time without any module to none', () => {
    const { ledger, node, pass, turn } = makeLedger();
    const a = node('a');
    ledger.loaded(a, 'module', 10);
    pass(1);
    turn();
    pass(1_000);
    ledger.finish();
    assert.equal(a.selfMs, 1);
  });

  it('closes a CommonJS module that threw with all above it', () => {
    const { ledger, node, pass } = makeLedger();
    const [a, b] = [node('a'), node('b', 'a')];
    const frameA = ledger.enter(a);
    ledger.enter(b, false);
    pass(2);
    ledger.leave(frameA, true);
    pass(5);
    ledger.finish();
    assert.deepEqual([a.failed, b.failed, a.selfMs, b.selfMs], [true, true, 0, 2]);
  });

  it('tells a body that waits from one that threw', () => {
    const { ledger, node, pass, turn } = makeLedger();
    const [waits, throws] = [node('waits'), node('throws')];
    const frame = ledger.enter(waits, true);
    ledger.turnEnded();
    pass(30);
    ledger.leave(frame, false);
    ledger.enter(throws, false);
    pass(2);
    ledger.turnEnded();
    turn();
    pass(100);
    ledger.finish();
    assert.deepEqual([waits.topLevelAwait, waits.failed, waits.selfMs], [true, false, 30]);
    assert.deepEqual([throws.topLevelAwait, throws.failed, throws.selfMs], [false, true, 2]);
  });

  it('lets modules that wait end in any order', () => {
    const { ledger, node, pass } = makeLedger();
    const [a, b] = [node('a'), node('b')];
    const frameA = ledger.enter(a, true);
    ledger.turnEnded();
    const frameB = ledger.enter(b, true);
    ledger.turnEnded();
    pass(4);
    ledger.leave(frameA, false);
    pass(6);
    ledger.leave(frameB, false);
    assert.equal(a.selfMs + b.selfMs, 10);
    assert.ok(!a.failed && !b.failed);
  });

  it('holds no more modules than it may, and counts what it left out', () => {
    const { ledger, node, pass } = makeLedger({ maxNodes: 2 });
    const a = node('a');
    node('b', 'a');
    const frame = ledger.enter(a);
    assert.equal(ledger.node('c', 'a', 'c'), null);
    pass(9);
    ledger.leave(frame, false);
    assert.deepEqual([ledger.nodes.size, ledger.dropped, a.selfMs], [2, 1, 9]);
  });
});
