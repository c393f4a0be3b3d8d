import assert from 'node:assert/strict';
import { hasValidIds } from '#collector/model/span.js';
import { readJson } from '#collector/receive/otlp/json.js';
import { MalformedBody } from '#collector/receive/otlp/limits.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

const read = (value: unknown) => readJson(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const readSpan = (span: object) =>
  read({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, ...span }] }] }] })[0];
const readValue = (value: unknown) => readSpan({ attributes: [{ key: 'k', value }] })?.attributes.get('k');

describe('the JSON reader', () => {
  for (const body of [
    '{}',
    '{"resourceSpans":[]}',
    '{"resourceSpans":null}',
    '\ufeff{}',
    '{"resource_spans":[{}]}',
    '{"x":{"y":[1]}}',
  ]) {
    it(`reads ${JSON.stringify(body)} as an empty request`, () => assert.deepEqual(read(body), []));
  }

  it('takes ids in either case', () => {
    const span = readSpan({ traceId: traceId.toUpperCase() });
    assert.equal(span?.traceId, traceId);
    assert.ok(span && hasValidIds(span));
  });

  for (const bad of ['', '0'.repeat(32), 'abc', `${traceId}00`, 'CvdlGRbNQ92ESOshHIAxnA==']) {
    it(`finds the trace id "${bad}" invalid`, () =>
      assert.equal(hasValidIds(readSpan({ traceId: bad }) as never), false));
  }

  it('takes 64-bit integers as text or number', () => {
    assert.equal(readSpan({ startTimeUnixNano: '1763790000000000001' })?.startNs, 1763790000000000001n);
    assert.equal(readSpan({ startTimeUnixNano: 12 })?.startNs, 12n);
    assert.equal(readValue({ intValue: '-5' }), -5);
    assert.equal(readValue({ intValue: 7 }), 7);
    assert.equal(readValue({ intValue: '9007199254740993' }), 9007199254740993n);
  });

  it('takes the names of what JSON has no numbers for', () => {
    assert.deepEqual(
      ['NaN', 'Infinity', '-Infinity', '1.5', 2].map((doubleValue) => readValue({ doubleValue })),
      [Number.NaN, Infinity, -Infinity, 1.5, 2],
    );
  });

  it('keeps hostile names as plain data', () => {
    const span = readSpan({
      attributes: [
        { key: '__proto__', value: { stringValue: 'a' } },
        { key: 'constructor', value: { kvlistValue: { values: [{ key: '__proto__', value: { boolValue: true } }] } } },
      ],
    });
    assert.equal(span?.attributes.get('__proto__'), 'a');
    assert.equal(({} as { k?: string }).k, undefined);
    assert.deepEqual(read('{"__proto__":{"resourceSpans":[{}]},"constructor":1}'), []);
  });

  it('lets the last of duplicate keys count', () => {
    assert.equal(readSpan({})?.name, '');
    assert.equal(read(`{"resourceSpans":[],"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}`).length, 1);
  });

  it('replaces a lone surrogate', () => assert.equal(readValue({ stringValue: 'a\ud800b' }), 'a\ufffdb'));
  it('keeps NUL', () => assert.equal(readValue({ stringValue: 'a\u0000b' }), 'a\u0000b'));
  it('reads a value without a member as null', () => assert.equal(readValue({}), null));

  const nested = (depth: number) => {
    let value: unknown = { stringValue: 'leaf' };
    for (let level = 1; level < depth; level++) value = { arrayValue: { values: [value] } };
    return value;
  };

  it('takes values nested 32 levels deep', () => assert.ok(readValue(nested(32))));

  for (const [what, body] of [
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['resourceSpans that is no array', '{"resourceSpans":5}'],
    ['a resource that is no object', '{"resourceSpans":[{"resource":[]}]}'],
    ['a span that is no object', '{"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]}'],
    ['an id that is a number', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":1}]}]}]}'],
    ['an enum name', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_SERVER"}]}]}]}'],
    ['a negative time', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}'],
    [
      'a time beyond 64 bits',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"endTimeUnixNano":"18446744073709551616"}]}]}]}',
    ],
    ['a million open brackets', '['.repeat(1_000_000)],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => read(body), MalformedBody));
  }

  it('refuses values nested 33 levels deep', () => assert.throws(() => readValue(nested(33)), MalformedBody));
  it('refuses a value of the wrong type', () => assert.throws(() => readValue({ boolValue: 'true' }), MalformedBody));
});
