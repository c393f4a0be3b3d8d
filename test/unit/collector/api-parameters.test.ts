import assert from 'node:assert/strict';
import { operations, rankingParameters } from '#collector/api/operations.js';
import { readParameters } from '#collector/api/parameters.js';
import { questions, searchOf } from '#collector/api/questions.js';
import { narrowings } from '#collector/model/ranking.js';
import { Trouble } from '#collector/trouble.js';

const read = (search: string | URLSearchParams) =>
  readParameters(rankingParameters, new URLSearchParams(search), 'the ranking');

const nothingNarrowed = Object.fromEntries(narrowings.map((name) => [name, undefined]));

describe('the parameters of a ranking', () => {
  it('have defaults', () => {
    assert.deepEqual(read(''), {
      ...nothingNarrowed,
      since: 86_400_000,
      sort: 'cold-p99',
      limit: 100,
      filter: undefined,
      compare: 'none',
      trend: 'none',
      totals: 'none',
    });
  });

  it('survive writing and reading', () => {
    const query = { sinceMs: 90_000, sort: 'cost', limit: 7, filter: "a&b=c' %" } as const;
    const only = { region: 'eu-west-1', memoryMb: '512', trigger: '' };
    const { since: sinceMs, ...rest } = read(
      searchOf(questions.ranking.write({ ...query, only, compare: true, trend: true, totals: true })),
    );
    assert.deepEqual(
      { sinceMs, ...rest },
      {
        ...{
          ...nothingNarrowed,
          ...query,
          ...only,
          memoryMb: 512,
          compare: 'before',
          trend: 'cold-p99',
          totals: 'all',
        },
      },
    );
  });

  for (const [search, message] of [
    ['since=1', /since: "1" is no duration/],
    ['sort=name', /"name" is no sort/],
    ['sort=cold_p99;DROP', /is no sort/],
    ['limit=0', /"0" is no limit/],
    ['limit=10001', /is no limit/],
    ['limit=1e3', /is no limit/],
    ['memoryMb=0.5', /"0.5" is no memoryMb/],
    ['memoryMb=0', /"0" is no memoryMb/],
    ['memoryMb=', /"" is no memoryMb/],
    ['x=1', /"x" is no parameter of the ranking/],
    ['__proto__=1', /is no parameter/],
    ['sort=cost&sort=cost', /sort is there twice/],
    [`filter=${'a'.repeat(201)}`, /filter is too long/],
  ] as const) {
    it(`are refused as wrong usage: ${search.slice(0, 30)}`, () => {
      assert.throws(
        () => read(search),
        (error) => error instanceof Trouble && error.exitCode === 2 && message.test(error.message),
      );
    });
  }
});

describe('the operations of the read API', () => {
  it('have a path each', () => assert.equal(new Set(operations.map(({ path }) => path)).size, operations.length));

  for (const { name, parameters } of operations) {
    it(`read the defaults of ${name} themselves`, () => {
      for (const [parameter, { default: usual, read: readOne }] of Object.entries(parameters)) {
        if (usual !== undefined) readOne(usual, parameter);
      }
    });
  }
});
