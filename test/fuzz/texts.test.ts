/** Everything else that reads texts from outside: what is refused is refused in a sentence, and soon. */
import assert from 'node:assert/strict';
import { conditional } from '#collector/api/conditional.js';
import { coldStartPlace, rankedPlace, readCursor, writeCursor } from '#collector/api/cursor.js';
import { operations } from '#collector/api/operations.js';
import { readParameters } from '#collector/api/parameters.js';
import { parseDurationMs } from '#collector/duration.js';
import { readPriceList } from '#collector/model/pricing/lists/read-price-list.js';
import { jsonAnswer } from '#collector/receive/answer.js';
import { admit, digestOf } from '#collector/receive/gate.js';
import { networkOf } from '#collector/receive/sockets.js';
import { parseTokens } from '#collector/receive/tokens.js';
import { parseRetention } from '#collector/store/retention.js';
import { parseTarget } from '#collector/store/target.js';
import { Trouble } from '#collector/trouble.js';
import { fuzz } from './fuzz.ts';
import { mutated, type Random } from './random.ts';

const question = { path: '/api/v1/ranking', values: { sinceMs: 60_000 } };
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const cursor = writeCursor(
  question,
  { untilMs: nowMs, from: { offset: 1, before: ['abcd-_12'], behind: [] } },
  rankedPlace,
);

const readers: Readonly<Record<string, { valid: readonly string[]; read(text: string): unknown }>> = {
  cursor: {
    valid: [cursor],
    read: (text) => [
      readCursor(text, question, rankedPlace, nowMs),
      readCursor(text, { ...question, path: '/x' }, coldStartPlace, nowMs),
    ],
  },
  duration: { valid: ['90s', '15m', '24h', '30d'], read: parseDurationMs },
  retention: { valid: ['spans=3', 'invocations=90'], read: parseRetention },
  target: { valid: ['http://u:p@127.0.0.1:8123/coldlens', 'https://h/'], read: parseTarget },
  tokens: {
    valid: ['write abcdefghijklmnopqrstuvwxyz\n# x\nread,admin sha256:00'],
    read: (text) => parseTokens(text, 'f'),
  },
  'if-none-match': {
    valid: ['"abc", W/"def"', '*', `${'"'.repeat(50)}`],
    read: (text) => conditional({ headers: { 'if-none-match': text } }, jsonAnswer(200, {})),
  },
  authorization: {
    valid: ['Bearer abcdefghijklmnopqrstuvwxyz'],
    read: (text) => {
      const tokens = [{ digest: digestOf('another-token-0123456789'), scopes: new Set(['read'] as const) }];
      assert.equal(admit(tokens, { authorization: text, host: text }, 'read').state, 'refused');
    },
  },
  address: { valid: ['2001:db8::1', '::ffff:127.0.0.1', 'fe80::1%eth0'], read: networkOf },
  parameters: {
    valid: ['since=24h&sort=cost&limit=10&filter=a', 'provider=aws&account=1&region=r&name=n&at=2026-11-22T09:30:00Z'],
    read: (text) => {
      for (const { parameters, name } of operations) {
        try {
          readParameters(parameters, new URLSearchParams(text), name);
        } catch (error) {
          if (!(error instanceof Trouble)) throw error;
        }
      }
    },
  },
  'price list': {
    valid: [
      '{"formatVersion":"v1.0","offerCode":"AWSLambda","products":{"A":{"sku":"A","attributes":{"group":"AWS-Lambda-Requests","regionCode":"us-east-1"}}},"terms":{"OnDemand":{"A":{"A.B":{"priceDimensions":{"C":{"unit":"Requests","pricePerUnit":{"USD":"0.0000002"}}}}}}}}',
      '{"Items":[{"retailPrice":0.2,"armRegionName":"westeurope","productName":"Functions","meterName":"Standard Total Executions","unitOfMeasure":"10"}]}',
      '{"skus":[{"skuId":"A","description":"Cloud Functions CPU","serviceRegions":["us-central1"],"pricingInfo":[]}]}',
    ],
    read: (text) => readPriceList(text, '2026-11-22'),
  },
};

const names = Object.keys(readers);

fuzz({
  name: 'texts',
  make: (random: Random) => {
    const name = random.one(names);
    return Buffer.concat([
      Buffer.from(`${name}\n`),
      mutated(Buffer.from(random.one(readers[name]?.valid ?? [])), random),
    ]);
  },
  check: (input) => {
    const [name = '', ...rest] = Buffer.from(input).toString().split('\n');
    const text = rest.join('\n');
    try {
      readers[name]?.read(text);
    } catch (error) {
      assert.ok(error instanceof Trouble, `${name}: ${error instanceof Error ? error.stack : error}`);
    }
  },
});
