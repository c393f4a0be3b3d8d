/** A bill as it is printed, and `coldlens bill` given what it cannot use. */
import assert from 'node:assert/strict';
import type { MonthlyBill } from '#collector/index.js';
import type { RankingFormat } from '#tui/cli/option-table.js';
import { printBill } from '#tui/print/bill.js';
import { runColdlens } from './run-coldlens.ts';

const place = { provider: 'aws', region: 'us-east-1', product: 'lambda' };
const rate = { source: 'https://example.com/prices', date: '2026-09-19' };
const bill: MonthlyBill = {
  since: '2026-11-12T12:00:00.000Z',
  until: '2026-11-22T12:00:00.000Z',
  prices: '2026-09-19',
  freeTier: true,
  scaledFromDays: 10,
  totalUsd: '1.2500025',
  complete: false,
  unverified: true,
  accounts: [
    {
      ...{ provider: 'aws', account: '=1+1', totalUsd: '1.2500025', complete: false, unverified: true },
      lines: [
        {
          ...place,
          ...rate,
          arch: 'x86_64',
          unit: 'GB-second',
          units: '475000',
          chargedUnits: '75000',
          usd: '1.2500025',
          unverified: true,
        },
      ],
      unpriced: [{ ...place, arch: '', unit: 'request', units: '3', reason: 'needs billed duration, "and" more' }],
      remarks: ['without the instances that stand by'],
    },
  ],
};

const printed = async (format: RankingFormat): Promise<string> => {
  let text = '';
  await printBill(bill, format, {
    write: (part, done) => {
      text += part;
      done();
    },
  });
  return text;
};

describe('a printed bill', () => {
  it('as a table says what is missing, what was scaled, and which rates are unverified', async () => {
    assert.equal(
      await printed('table'),
      `aws =1+1: $1.2500025 a month, not complete
product  region     arch      units  charged  unit       USD        date        note
lambda   us-east-1  x86_64  475,000   75,000  GB-second  1.2500025  2026-09-19  unverified
lambda   us-east-1                3           request    -                      needs billed duration, "and" more
without the instances that stand by

2026-11-12T12:00:00.000Z to 2026-11-22T12:00:00.000Z, 10.0 days scaled to 30
list prices of 2026-09-19, with the free tier; rates that no list was held against are marked
`,
    );
  });

  it('as JSON is the bill', async () => assert.deepEqual(JSON.parse(await printed('json')), bill));

  it('as CSV is a record a line, and no formula', async () => {
    const [header, line, missing] = (await printed('csv')).split('\r\n');
    assert.equal(header, 'provider,account,product,region,arch,unit,units,chargedUnits,usd,date,source,note');
    assert.match(line ?? '', /^aws,'=1\+1,lambda,us-east-1,x86_64,GB-second,475000,75000,1\.2500025,/);
    assert.match(missing ?? '', /,"needs billed duration, ""and"" more"$/);
  });

  it('as Markdown has a table an account', async () => {
    assert.match(await printed('markdown'), /\| lambda \| us-east-1 \| x86&#95;64 \| 475,000 \| 75,000 \|/);
  });
});

describe('coldlens bill', () => {
  for (const [args, code, message] of [
    [['--since', 'x'], 2, /--since: "x" is no duration/],
    [['--api-gateway', 'soap'], 2, /--api-gateway is "soap".*http, rest/],
    [['--format', 'pdf'], 2, /--format is "pdf"/],
    [['--acount', '1'], 2, /--acount/],
    [['--data', '/nowhere/at/all'], 3, /no data directory/],
    [['--url', 'http://127.0.0.1:9'], 3, /cannot be reached/],
  ] as const) {
    it(`says in a sentence what is wrong with ${args.join(' ')}`, async () => {
      const { code: found, stdout, stderr } = await runColdlens(['bill', ...args], {});
      assert.equal(found, code, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });
  }
});
