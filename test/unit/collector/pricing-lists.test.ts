/** The providers' own price lists; the samples are synthetic, in the documented shape. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { PriceList } from '#collector/model/pricing/lists/price-list.js';
import { readPriceList } from '#collector/model/pricing/lists/read-price-list.js';
import { Trouble } from '#collector/trouble.js';

const today = '2026-11-22';
const sample = (name: string): string =>
  readFileSync(new URL(`../../fixtures/prices/${name}.json`, import.meta.url), 'utf8');

const prices = ({ rates }: PriceList): unknown[] =>
  rates.map(({ product, region, arch, unit, tiers }) => [
    [product, region, arch, unit].filter((part) => part !== undefined).join(' '),
    tiers.map(({ fromUnits, usd }) => `${fromUnits}: ${usd}`).join(', '),
  ]);

type Json = Record<PropertyKey, unknown>;

/** The sample with another value at one place; without the place where the value is undefined. */
const broken = (name: string, path: readonly (string | number)[], value: unknown): string => {
  const json: Json = JSON.parse(sample(name));
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Json, json);
  parent[path.at(-1) ?? ''] = value;
  return JSON.stringify(json);
};

const refuses = (text: string, message: RegExp): void => {
  assert.throws(
    () => readPriceList(text, today),
    (error) => {
      assert.ok(error instanceof Trouble, String(error));
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      assert.match(error.message, /^[^\n]+\.$/);
      assert.match(error.next, /nothing was written/);
      return true;
    },
  );
};

describe("AWS's price list", () => {
  const list = readPriceList(sample('aws-lambda'), today);

  it('gives rates with their tiers in order', () => {
    assert.deepEqual(prices(list), [
      ['lambda eu-central-1 request', '0: 0.0000002'],
      ['lambda eu-central-1 x86_64 GB-second', '0: 0.0000166667, 6000000000: 0.000015, 15000000000: 0.0000133334'],
      ['lambda eu-central-1 arm64 GB-second', '0: 0.000014, 7500000000: 0.0000120001, 18750000000: 0.0000106667'],
      ['lambda provisioned standby eu-central-1 x86_64 GB-second', '0: 0.0000046'],
      ['lambda provisioned eu-central-1 arm64 GB-second', '0: 0.000008'],
      ['lambda storage eu-central-1 GB-second', '0: 0.000000037'],
    ]);
  });

  it('has its own date and source, and is verified', () => {
    assert.equal(list.date, '2026-11-01');
    for (const { date, source, unverified } of list.rates) {
      assert.equal(date, '2026-11-01');
      assert.match(source, /AWSLambda\/current\/eu-central-1\/index\.json$/);
      assert.equal(unverified, undefined);
    }
  });

  it('names what was not used, but for the free tier', () => {
    assert.deepEqual(list.unrecognised, ['Lambda-Edge-Request', 'Lambda-Edge-GB-Second']);
  });

  const first = ['terms', 'OnDemand', 'AAAA0001', 'AAAA0001.JRTCKXETXF', 'priceDimensions', 'AAAA0001.JRTCKXETXF.0'];
  const dimension = (key: string, value: unknown) => broken('aws-lambda', [...first, key], value);
  const usd = (value: unknown) => dimension('pricePerUnit', { USD: value });

  for (const [why, text, message] of [
    ['of another service', broken('aws-lambda', ['offerCode'], 'AmazonEC2'), /of "AmazonEC2"; only that of AWSLambda/],
    ['without terms', broken('aws-lambda', ['terms'], undefined), /it is not whole/],
    [
      'without the terms of a product',
      broken('aws-lambda', ['terms', 'OnDemand', 'AAAA0003'], undefined),
      /no price of "EUC1-Lambda-GB-Second"/,
    ],
    ['with a negative price', usd('-0.0000002'), /"EUC1-Request" is "-0.0000002", which is negative/],
    ['with an absurd price', usd('1e30'), /which is above 1000/],
    [
      'with a price far off',
      usd('0.2'),
      /lambda per request in eu-central-1 is 0\.2, which is more than 100 times off the 0\.0000002/,
    ],
    ['with a price that is none', usd('free'), /"free", which is no number/],
    ['with a price that is an object', usd({ toString: 1 }), /is an object, which is no number/],
    ['in another currency', dimension('pricePerUnit', { CNY: '0.0000014' }), /not in US dollars/],
    ['without a unit', dimension('unit', undefined), /"EUC1-Request" has no unit/],
    [
      'with a hole below its first tier',
      dimension('beginRange', '5'),
      /no price of lambda per request in eu-central-1 from the first unit on/,
    ],
  ] as const) {
    it(`is refused ${why}`, () => refuses(text, message));
  }
});

describe("Azure's retail prices", () => {
  const list = readPriceList(sample('azure-functions'), today);

  it('give rates per single unit, without the free grant, the latest in force', () => {
    assert.deepEqual(prices(list), [
      ['functions consumption westeurope GB-second', '0: 0.000016'],
      ['functions consumption westeurope request', '0: 0.0000002'],
      ['functions flex westeurope GB-second', '0: 0.000028'],
      ['functions flex westeurope request', '0: 0.0000004'],
      ['functions flex baseline westeurope GB-second', '0: 0.000004'],
      ['functions flex always ready westeurope GB-second', '0: 0.000016'],
      ['functions flex always ready westeurope request', '0: 0.0000004'],
      ['functions consumption swedensouth GB-second', '0: 0.000018'],
    ]);
    assert.deepEqual(list.unrecognised, ['Premium Functions / Premium vCPU Duration']);
    assert.equal(list.date, today);
  });

  it('may be a single page', () => {
    const [page] = JSON.parse(sample('azure-functions'));
    assert.equal(readPriceList(JSON.stringify(page), today).rates.length, 3);
  });

  const item = (key: string, value: unknown) => broken('azure-functions', [0, 'Items', 1, key], value);

  for (const [why, text, message] of [
    ['in another currency', item('currencyCode', 'EUR'), /in "EUR", not in USD/],
    ['without a measure', item('unitOfMeasure', undefined), /has no unitOfMeasure/],
    ['with a negative price', item('retailPrice', -1), /negative/],
    ['with no price', item('retailPrice', null), /no number/],
    ['with a page that has no list', '[{"Items": 5}]', /without a list of Items/],
  ] as const) {
    it(`are refused ${why}`, () => refuses(text, message));
  }
});

describe("Google's billing catalog", () => {
  const list = readPriceList(sample('google-run'), today);

  it('gives a rate for each region, from billionths of a dollar', () => {
    assert.deepEqual(prices(list), [
      ['run request-based europe-west1 vCPU-second', '0: 0.000024'],
      ['run request-based us-central1 vCPU-second', '0: 0.000024'],
      ['run request-based europe-west1 GiB-second', '0: 0.0000025'],
      ['run request-based us-central1 GiB-second', '0: 0.0000025'],
      ['run request-based europe-west3 vCPU-second', '0: 0.0000337'],
      ['run instance-based europe-west3 vCPU-second', '0: 0.0000252'],
      ['run instance-based europe-west3 GiB-second', '0: 0.0000028'],
      ['run request-based * request', '0: 0.0000004'],
      ['functions 1st gen us-central1 GHz-second', '0: 0.00001'],
      ['functions 1st gen us-central1 GB-second', '0: 0.0000025'],
    ]);
    assert.deepEqual(list.unrecognised, ['Jobs CPU in europe-west1', 'Services CPU (Request-based billing)']);
  });

  const expression = (path: readonly (string | number)[], value: unknown) =>
    broken('google-run', ['skus', 0, 'pricingInfo', 0, 'pricingExpression', ...path], value);

  for (const [why, text, message] of [
    ['without tiers', expression(['tieredRates'], []), /no tieredRates/],
    ['without a unit', expression(['usageUnit'], undefined), /has no usageUnit/],
    ['in another currency', expression(['tieredRates', 0, 'unitPrice', 'currencyCode'], 'EUR'), /not in USD/],
    ['with negative nanos', expression(['tieredRates', 1, 'unitPrice', 'nanos'], -1), /nanos of .* are "-1"/],
    ['with dollars as billionths', expression(['tieredRates', 1, 'unitPrice', 'units'], '24'), /100 times off/],
  ] as const) {
    it(`is refused ${why}`, () => refuses(text, message));
  }
});

describe('a price in a unit that nobody here knows', () => {
  for (const [name, path, unit, told] of [
    [
      'aws-lambda',
      ['terms', 'OnDemand', 'AAAA0001', 'AAAA0001.JRTCKXETXF', 'priceDimensions', 'AAAA0001.JRTCKXETXF.0', 'unit'],
      'Lambda-GB-Second',
      'Request per Lambda-GB-Second',
    ],
    [
      'azure-functions',
      [1, 'Items', 2, 'unitOfMeasure'],
      '1 Hour',
      'Flex Consumption / Always Ready Baseline per 1 Hour',
    ],
    [
      'google-run',
      ['skus', 2, 'pricingInfo', 0, 'pricingExpression', 'usageUnit'],
      'h',
      'Services CPU Tier 2 (Request-based billing) per h',
    ],
  ] as const) {
    it(`is named, and the others of ${name} are used`, () => {
      const { rates, unrecognised } = readPriceList(broken(name, path, unit), today);
      assert.equal(rates.length, readPriceList(sample(name), today).rates.length - 1);
      assert.ok(unrecognised.includes(told), unrecognised.join(', '));
    });
  }
});

describe('a file that is no price list', () => {
  const whole = sample('aws-lambda');
  for (const [why, text, message] of [
    ['empty', '', /no JSON, or was cut off/],
    ['cut off', whole.slice(0, whole.length / 2), /no JSON, or was cut off/],
    ['null', 'null', /neither AWS's price list/],
    ['a number', '5', /neither/],
    ['an empty array', '[]', /neither/],
    ['some other object', '{"prices": []}', /neither/],
    ['of nothing that is sold here', '{"Items": []}', /has no price of a function/],
    ['of prototypes', '{"__proto__": {"offerCode": "AWSLambda"}, "constructor": 1}', /neither/],
  ] as const) {
    it(`is refused when it is ${why}`, () => refuses(text, message));
  }

  it('is refused when it is nested without end, closed or not', () => {
    const deep = '['.repeat(5_000_000);
    for (const text of [
      deep,
      `{"Items": [${deep}`,
      `{"skus": ${deep}${']'.repeat(5_000_000)}}`,
      '{"a":'.repeat(100_000),
    ]) {
      refuses(text, /nests deeper than any price list/);
    }
  });

  it('may have brackets in its texts', () => {
    const text = whole.replace('synthetic', `\\"\\\\${'['.repeat(1000)}`);
    assert.notEqual(text, whole);
    assert.equal(readPriceList(text, today).rates.length, 6);
  });

  it('leaves no trace in objects', () => {
    const product = { attributes: { usagetype: '__proto__', regionCode: '__proto__' } };
    const text = broken('aws-lambda', ['products', 'PROTO'], product).replace('"PROTO"', '"__proto__"');
    const { unrecognised } = readPriceList(text, today);
    assert.ok(unrecognised.includes('__proto__'));
    assert.equal(({} as { attributes?: unknown }).attributes, undefined);
  });

  it('never gives a region that is none', () => {
    for (const region of ['*', 'tier 1', '\u001b[31m', '', 5, null, 'x'.repeat(100)]) {
      const text = whole.replaceAll('"regionCode": "eu-central-1"', `"regionCode": ${JSON.stringify(region)}`);
      assert.notEqual(text, whole);
      refuses(text, /has no price of a function/);
    }
  });
});
