import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInPrices, costOf, rateFor } from '#collector/model/pricing/index.js';
import { parsePriceFile, priceFileText } from '#collector/model/pricing/price-file.js';
import { loadPrices, updatePrices } from '#collector/price-files.js';
import { Trouble } from '#collector/trouble.js';
import { billedOnLambda } from '../../support/billed.ts';

const today = '2026-11-22';
const sample = (name: string): string => fileURLToPath(new URL(`../../fixtures/prices/${name}.json`, import.meta.url));

const refuses = (act: () => unknown, message: RegExp): void => {
  assert.throws(act, (error) => {
    assert.ok(error instanceof Trouble, String(error));
    assert.equal(error.exitCode, 2);
    assert.match(error.message, message);
    assert.notEqual(error.next, '');
    return true;
  });
};

describe('a price file', () => {
  let data = '';
  let file = '';
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'coldlens-prices-'));
    file = join(data, 'prices.json');
  });
  afterEach(() => rmSync(data, { recursive: true }));

  const armPrice = (region = 'eu-central-1'): string | undefined => {
    const asked = { provider: 'aws', region, product: 'lambda', unit: 'GB-second', arch: 'arm64' } as const;
    const lookup = rateFor(loadPrices({ data }), asked);
    return lookup.found ? lookup.rate.tiers[0]?.usd : undefined;
  };

  it('is not needed', () => assert.equal(loadPrices({ data }), builtInPrices));

  it('is made from a list, with what changed against the prices in use', () => {
    const { changes, path, unrecognised } = updatePrices(sample('aws-lambda'), { data }, today);
    // Requests and x86 cost what they cost in `*`; arm64 is dearer in the sample; the rest had no price in Frankfurt.
    assert.deepEqual(changes, { changed: 1, added: 3, same: 2 });
    assert.equal(path, file);
    assert.equal(unrecognised.length, 2);
    assert.equal(armPrice(), '0.000014');
    assert.equal(armPrice('eu-west-1'), '0.0000133334');
    assert.equal(loadPrices({ data }).date, '2026-11-01');
    assert.deepEqual(readdirSync(data), ['prices.json']);
  });

  it('takes lists of several providers, and the same one again', () => {
    for (const name of ['aws-lambda', 'azure-functions', 'google-run']) updatePrices(sample(name), { data }, today);
    assert.equal(loadPrices({ data }).date, today);
    assert.equal(armPrice(), '0.000014');
    const before = readFileSync(file, 'utf8');
    const { changes } = updatePrices(sample('aws-lambda'), { data }, today);
    assert.deepEqual(changes, { changed: 0, added: 0, same: 6 });
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  it('prices the ranking', () => {
    updatePrices(sample('aws-lambda'), { data }, today);
    const groups = [billedOnLambda(1n, 1_024_000n, { arch: 'arm64' })];
    const cost = costOf({ provider: 'aws', region: 'eu-central-1', groups }, 1000, loadPrices({ data }));
    assert.equal(cost.totalUsd, 0.0000142);
  });

  it('may lie anywhere, in directories that are made for it', () => {
    const prices = join(data, 'a', 'b.json');
    updatePrices(sample('google-run'), { prices }, today);
    assert.equal(loadPrices({ prices }).date, today);
    assert.equal(existsSync(file), false);
  });

  it('must be there when it is named', () => {
    refuses(() => loadPrices({ prices: join(data, 'none.json') }), /There is no price file .*none\.json/);
  });

  it('stays as it is when a list is refused, and nothing is left beside it', () => {
    updatePrices(sample('aws-lambda'), { data }, today);
    const before = readFileSync(file, 'utf8');
    const bad = join(data, 'bad.json');
    writeFileSync(bad, readFileSync(sample('aws-lambda'), 'utf8').replaceAll('"0.0000140000"', '"-1"'));
    refuses(() => updatePrices(bad, { data }, today), /bad\.json: The price of .* negative/);
    rmSync(bad);
    assert.equal(readFileSync(file, 'utf8'), before);
    assert.deepEqual(readdirSync(data), ['prices.json']);
  });

  it('names a list or a place that cannot be used', () => {
    refuses(() => updatePrices(join(data, 'none.json'), { data }, today), /The price list .*none\.json cannot be read/);
    refuses(() => updatePrices(data, { data }, today), /cannot be read/);
    mkdirSync(file);
    refuses(() => updatePrices(sample('aws-lambda'), { data }, today), /cannot be (read|written)/);
    assert.deepEqual(readdirSync(data), ['prices.json']);
  });

  it('does not read without end', () => {
    refuses(() => updatePrices('/dev/zero', { data }, today), /is larger than 32 MB/);
  });

  it('is written as it is read', () => {
    const rates = builtInPrices.rates.filter((_, at) => at < 5);
    assert.deepEqual(parsePriceFile(priceFileText({ date: today, rates }), 'p'), { date: today, rates });
  });

  const rate = {
    ...{ provider: 'aws', product: 'lambda', region: 'eu-west-1', unit: 'request', source: 's', date: today },
    tiers: [{ fromUnits: '0', usd: '1' }],
  };
  const text = (change: object) =>
    JSON.stringify({ format: 'coldlens prices 1', date: today, rates: [rate, { ...rate, ...change }] });

  for (const [why, content, message] of [
    ['no JSON', '{', /is no JSON/],
    ['of another format', '{"format": "prices"}', /not of the format "coldlens prices 1"/],
    ['without rates', '{"format": "coldlens prices 1", "date": "2026-01-01"}', /no date or no rates/],
    ['with a product nobody knows', text({ product: '__proto__' }), /place 2: "__proto__" per "request" is not known/],
    ['with a number for a text', text({ region: 5 }), /region, source or date is missing/],
    ['with something to obey in a text', text({ source: '\u001b[2J' }), /region, source or date is missing/],
    ['with an architecture nobody knows', text({ arch: 'z80' }), /"z80" is no architecture/],
    ['without tiers', text({ tiers: [] }), /it has no tiers/],
    ['with a negative price', text({ tiers: [{ fromUnits: '0', usd: '-1' }] }), /no pair of decimals/],
    ['with a float', text({ tiers: [{ fromUnits: '0', usd: 0.1 }] }), /no pair of decimals/],
    ['with tiers that fall', text({ tiers: [rate.tiers[0], rate.tiers[0]] }), /do not rise from 0/],
  ] as const) {
    it(`is refused when it is ${why}`, () => {
      writeFileSync(file, content);
      refuses(() => loadPrices({ data }), message);
    });
  }
});
