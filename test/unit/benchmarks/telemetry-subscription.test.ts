import assert from 'node:assert/strict';
import { rulesOf } from '#benchmarks/src/sandboxes/lambda/rules.js';
import { readSubscription } from '#benchmarks/src/sandboxes/lambda/telemetry/subscription.js';

const { telemetrySchemas: schemas } = rulesOf['on-demand'];

const good = {
  schemaVersion: '2022-12-13',
  types: ['platform', 'function'],
  buffering: { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 25 },
  destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080/path' },
};

describe('a subscription to the Telemetry API', () => {
  it('is read, with its destination on loopback', () => {
    const subscription = readSubscription(good, schemas);
    assert.ok(typeof subscription === 'object');
    assert.equal(subscription.url.href, 'http://127.0.0.1:8080/path');
    assert.equal(subscription.timeoutMs, 25);
  });

  it('has defaults for its buffering', () => {
    const { buffering: _, ...rest } = good;
    const subscription = readSubscription(rest, schemas);
    assert.ok(typeof subscription === 'object');
    assert.deepEqual([subscription.maxItems, subscription.maxBytes, subscription.timeoutMs], [1_000, 262_144, 1_000]);
  });

  const wrong: Record<string, [object, RegExp]> = {
    'an unknown schema': [{ schemaVersion: '2020-01-01' }, /schemaVersion/],
    'no types': [{ types: [] }, /types should not be empty/],
    'unknown types': [{ types: ['metrics'] }, /types must be/],
    'too few items': [{ buffering: { maxItems: 10 } }, /maxItems must be 1000 to 10000/],
    'too many bytes': [{ buffering: { maxBytes: 2_000_000 } }, /maxBytes/],
    'too little time': [{ buffering: { timeoutMs: 10 } }, /timeoutMs must be 25 to 30000/],
    'no port': [{ destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain' } }, /port is not provided/],
    'the reserved port': [{ destination: { protocol: 'HTTP', URI: 'http://sandbox:9001' } }, /9001 is reserved/],
    'another host': [{ destination: { protocol: 'HTTP', URI: 'http://example.com:80' } }, /sandbox\.localdomain/],
    'another protocol': [{ destination: { protocol: 'TCP', URI: 'http://sandbox:1' } }, /protocol/],
    'no URL': [{ destination: { protocol: 'HTTP', URI: 'nonsense' } }, /URI is not valid/],
  };
  for (const [what, [change, message]] of Object.entries(wrong)) {
    it(`is refused with ${what}`, () => {
      const subscription = readSubscription({ ...good, ...change }, schemas);
      assert.ok(typeof subscription === 'string');
      assert.match(subscription, message);
    });
  }

  it('is refused when it is no object', () => {
    assert.equal(typeof readSubscription(null, schemas), 'string');
  });
});
