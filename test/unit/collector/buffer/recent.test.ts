import assert from 'node:assert/strict';
import { RecentKeys, recentForMs } from '#collector/buffer/recent.js';
import { keyOf } from '../../../support/buffer.ts';

describe('the keys of recent requests', () => {
  it('are known for 15 minutes, and not much longer', () => {
    let nowMs = 5_000_000;
    const recent = new RecentKeys(1e6, () => nowMs);
    recent.add(keyOf('a'));
    nowMs += recentForMs - 1;
    assert.ok(recent.has(keyOf('a')));
    assert.ok(!recent.has(keyOf('b')));
    nowMs += 60_001;
    assert.ok(!recent.has(keyOf('a')));
    assert.equal(recent.size, 0);
  });

  it('are as many as there is room for, the oldest forgotten first', () => {
    let nowMs = 0;
    const recent = new RecentKeys(1_000, () => nowMs);
    for (let minute = 0; minute < 10; minute += 1) {
      nowMs = minute * 60_000;
      for (let n = 0; n < 300; n += 1) recent.add(keyOf(`${minute}-${n}`));
    }
    assert.ok(recent.size <= 1_000 && recent.size >= 900, String(recent.size));
    assert.ok(!recent.has(keyOf('0-0')));
    for (let n = 0; n < 300; n += 1) assert.ok(recent.has(keyOf(`9-${n}`)));
  });

  it('are told apart, also one whose first bytes are 0', () => {
    const recent = new RecentKeys();
    for (let n = 0; n < 20_000; n += 1) recent.add(keyOf(`in-${n}`));
    recent.add(Buffer.alloc(16));
    recent.add(keyOf('in-7'));
    assert.equal(recent.size, 20_001);
    assert.ok(recent.has(Buffer.alloc(16)));
    for (let n = 0; n < 20_000; n += 1) {
      assert.ok(recent.has(keyOf(`in-${n}`)));
      assert.ok(!recent.has(keyOf(`out-${n}`)));
    }
  });
});
