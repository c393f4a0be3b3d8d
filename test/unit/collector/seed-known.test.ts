import assert from 'node:assert/strict';
import { KnownFunctions } from '#collector/model/known-functions.js';
import { seedKnown } from '#collector/store/seed-known.js';
import { until } from '../../support/until.ts';

const one = { provider: 'aws', account: '1', region: 'r', name: 'orders' };

describe('functions that are stored', () => {
  it('become known as soon as the store can tell them', async () => {
    const known = new KnownFunctions(1);
    let tries = 0;
    const store = {
      knownFunctions: async (limit: number) => {
        assert.equal(limit, known.limit);
        tries += 1;
        if (tries < 3) throw new Error('away');
        return [one];
      },
    };
    const stop = await seedKnown(known, store, 5);
    assert.equal(known.size, 0);
    await until('the store is back', () => known.size === 1);
    stop();
    assert.equal(tries, 3);
  });

  it('are asked for no more once the collector has ended', async () => {
    let tries = 0;
    const store = {
      knownFunctions: async () => {
        tries += 1;
        throw new Error('away');
      },
    };
    const stop = await seedKnown(new KnownFunctions(1), store, 5);
    stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(tries, 1);
  });
});
