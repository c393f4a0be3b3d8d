import assert from 'node:assert/strict';
import { readRankingQuery, writeRankingQuery } from '#collector/api/ranking-query.js';
import { Trouble } from '#collector/trouble.js';

describe('the parameters of a ranking', () => {
  it('have defaults', () => {
    assert.deepEqual(readRankingQuery(new URLSearchParams()), { sinceMs: 86_400_000, sort: 'cold-p99', limit: 100 });
  });

  it('survive writing and reading', () => {
    const query = { sinceMs: 90_000, sort: 'cost', limit: 7, filter: "a&b=c' %" } as const;
    assert.deepEqual(readRankingQuery(writeRankingQuery(query)), query);
  });

  for (const search of [
    'since=1',
    'sort=name',
    'sort=cold_p99;DROP',
    'limit=0',
    'limit=10001',
    'limit=1e3',
    'x=1',
    `filter=${'a'.repeat(201)}`,
  ]) {
    it(`are refused as wrong usage: ${search.slice(0, 30)}`, () => {
      assert.throws(
        () => readRankingQuery(new URLSearchParams(search)),
        (error) => error instanceof Trouble && error.exitCode === 2,
      );
    });
  }
});
