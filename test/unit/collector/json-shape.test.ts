/** A JSON text is looked at before it becomes objects that are twenty times as large. */
import assert from 'node:assert/strict';
import { readJson } from '#collector/otlp/json.js';
import { checkJsonShape } from '#collector/reading/json-shape.js';
import { MalformedBody, OversizedBody } from '#collector/reading/limits.js';

const mb = 1024 * 1024;

describe('the shape of a JSON text', () => {
  for (const [what, text] of [
    ['arrays', `{"x":[${'[],'.repeat(20 * mb)}[]]}`],
    ['objects', `{"x":[${'{},'.repeat(20 * mb)}{}]}`],
    ['numbers', `{"x":[${'0,'.repeat(30 * mb)}0]}`],
  ] as const) {
    it(`of millions of ${what} is refused before they are made`, () => {
      const body = Buffer.from(text);
      const { heapUsed } = process.memoryUsage();
      assert.throws(() => readJson(body), OversizedBody);
      assert.ok(process.memoryUsage().heapUsed - heapUsed < 64 * mb);
    });
  }

  it('that is too deep is refused', () => {
    assert.throws(() => readJson(Buffer.from('['.repeat(2 * mb))), MalformedBody);
    assert.throws(() => readJson(Buffer.from('{"a":'.repeat(mb))), MalformedBody);
  });

  it('is not looked for in texts', () => {
    const name = '[{,"\\'.repeat(3 * mb);
    const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name }] }] }] }));
    assert.doesNotThrow(() => checkJsonShape(body));
    assert.equal(readJson(body)[0]?.name, name);
  });

  it('of many spans passes', () => {
    const spans = Array.from({ length: 20_000 }, () => ({
      name: 'x',
      attributes: [{ key: 'k', value: { intValue: '1' } }],
    }));
    const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    assert.ok(body.length > mb);
    assert.equal(readJson(body).length, 20_000);
  });
});
