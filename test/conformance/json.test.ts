/** OTLP's JSON encoding, which is not protobuf's: what is read how, and what is refused. */
import assert from 'node:assert/strict';
import { newSpanId, newTraceId, request, span } from '../support/spans.ts';
import { conformanceStage, json, statusOf } from './stage.ts';

const nested = (depth: number): object => {
  let value: object = { stringValue: 'leaf' };
  for (let level = 1; level < depth; level += 1) value = { arrayValue: { values: [value] } };
  return value;
};

describe('OTLP/HTTP: JSON', () => {
  const stage = conformanceStage();
  let count = 0;

  /** Sends one span made of these fields, and gives the row that it became. */
  const sent = async (fields: object, text: (body: string) => string = (body) => body) => {
    count += 1;
    const name = `json ${count}`;
    const body = request([{ ...span({ name, startMs: Date.now(), durationMs: 1 }), ...fields }]);
    const answer = await stage.post(text(JSON.stringify(body)), json);
    assert.deepEqual([answer.status, answer.body.toString()], [200, '{}']);
    const [row] = await stage.holds(name, 1);
    assert.ok(row);
    return row;
  };
  /** Sends one attribute value, and gives it back as it was stored. */
  const sentValue = async (value: object): Promise<string> => {
    const { attributes } = await sent({ attributes: [{ key: 'k', value }] });
    return attributes.slice('{"k":'.length, -1);
  };
  const refused = async (body: string | Uint8Array, words: RegExp) => {
    const answer = await stage.post(body, json);
    assert.equal(answer.status, 400, answer.body.toString());
    assert.match(statusOf(answer).message, words);
  };
  const withSpan = (fields: object) =>
    JSON.stringify(request([{ ...span({ startMs: Date.now(), durationMs: 1 }), ...fields }]));

  it('mixed-case ids', async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const mixed = (id: string) => id.replace(/[a-f]/, (letter) => letter.toUpperCase());
    const row = await sent({ traceId: traceId.toUpperCase(), spanId: mixed(spanId) });
    assert.deepEqual([row.trace_id, row.span_id], [traceId, spanId]);
  });

  it('a base64 id is rejected, its span alone', async () => {
    const answer = await stage.post(withSpan({ traceId: Buffer.from(newTraceId(), 'hex').toString('base64') }), json);
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.body.toString()).partialSuccess.rejectedSpans, '1');
  });

  it('int64 as string, as number, and above 2^53', async () => {
    assert.equal(await sentValue({ intValue: '-5' }), '-5');
    assert.equal(await sentValue({ intValue: 7 }), '7');
    assert.equal(await sentValue({ intValue: '9007199254740993' }), '9007199254740993');
    assert.equal(await sentValue({ intValue: '-9223372036854775808' }), '-9223372036854775808');
    const { started_at } = await sent({
      startTimeUnixNano: '1795372842226745361',
      endTimeUnixNano: Number(1795372842226745600n),
    });
    assert.equal(started_at, '2026-11-22 18:40:42.226745361');
  });

  it('an enum name is rejected, with a sentence that says so', () =>
    refused(withSpan({ kind: 'SPAN_KIND_SERVER' }), /"kind" must be an integer \(OTLP\/JSON has no enum names\)/));

  it('enums as integers', async () => {
    const row = await sent({ kind: 3, status: { code: 2, message: 'why' } });
    assert.deepEqual([row.kind, row.status_code, row.status_message], [3, 2, 'why']);
  });

  it('unknown nested fields are skipped', async () => {
    const unknown = { x: { y: [1, { z: null }] }, events: [{ new: { field: [] } }] };
    const row = await sent({ ...unknown, attributes: [{ key: 'k', value: { intValue: 1, ...unknown }, ...unknown }] });
    assert.equal(row.attributes, '{"k":1}');
    const wrapped = { ...unknown, resourceSpans: [{ ...unknown, scopeSpans: [{ ...unknown, spans: [] }] }] };
    assert.equal((await stage.post(JSON.stringify(wrapped), json)).status, 200);
  });

  it('snake_case is ignored', async () => {
    assert.equal((await stage.post('{"resource_spans":[{"scope_spans":"no array"}]}', json)).status, 200);
    const row = await sent({ status_code: 2, parent_span_id: newSpanId() });
    assert.equal(row.status_code, 0);
  });

  it('doubles "NaN" and "Infinity"', async () => {
    assert.equal(await sentValue({ doubleValue: 'NaN' }), '"NaN"');
    assert.equal(await sentValue({ doubleValue: 'Infinity' }), '"Infinity"');
    assert.equal(await sentValue({ doubleValue: '-Infinity' }), '"-Infinity"');
    assert.equal(await sentValue({ doubleValue: '1.5' }), '1.5');
    await refused(withSpan({ attributes: [{ key: 'k', value: { doubleValue: 'nan' } }] }), /"doubleValue" must be/);
  });

  it('empty, bytes, mixed-array and kvlist values', async () => {
    assert.equal(await sentValue({}), 'null');
    assert.equal(await sentValue({ stringValue: '' }), '""');
    assert.equal(await sentValue({ bytesValue: 'AAEC/w==' }), '"AAEC/w=="');
    const mixed = [{ intValue: '1' }, { stringValue: 'two' }, { boolValue: false }, {}, { arrayValue: {} }];
    assert.equal(await sentValue({ arrayValue: { values: mixed } }), '[1,"two",false,null,[]]');
    const pairs = [{ key: 'a', value: { kvlistValue: { values: [{ key: 'b', value: { boolValue: true } }] } } }];
    assert.equal(await sentValue({ kvlistValue: { values: pairs } }), '{"a":{"b":true}}');
  });

  it('__proto__ and constructor as key or attribute are plain data', async () => {
    const { attributes } = await sent({
      attributes: [
        { key: '__proto__', value: { stringValue: 'a' } },
        { key: 'constructor', value: { kvlistValue: { values: [{ key: '__proto__', value: { boolValue: true } }] } } },
      ],
    });
    assert.equal(attributes, '{"__proto__":"a","constructor":{"__proto__":true}}');
    assert.equal((await stage.post('{"__proto__":{"resourceSpans":[{"spans":1}]},"constructor":1}', json)).status, 200);
    assert.equal(({} as { stringValue?: string }).stringValue, undefined);
  });

  it('of duplicate keys the last one counts', async () => {
    const row = await sent({ kind: 2 }, (body) => body.replace('"kind":2', '"kind":1,"kind":5'));
    assert.equal(row.kind, 5);
  });

  it('a lone surrogate becomes U+FFFD, NUL stays', async () => {
    assert.equal(await sentValue({ stringValue: 'a\ud800b' }), '"a\ufffdb"');
    assert.equal(await sentValue({ stringValue: 'a\u0000b' }), '"a\\u0000b"');
  });

  it('a BOM is passed over', async () => {
    const row = await sent({ kind: 4 }, (body) => `\ufeff${body}`);
    assert.equal(row.kind, 4);
  });

  it('nesting of 32 passes, of 33 gives 400', async () => {
    assert.match(await sentValue(nested(32)), /^\[{31}"leaf"\]{31}$/);
    await refused(withSpan({ attributes: [{ key: 'k', value: nested(33) }] }), /nested deeper than 32 levels/);
  });

  for (const [what, body] of [
    ['no JSON', 'hello'],
    ['nothing at all', ''],
    ['null', 'null'],
    ['resourceSpans that is no array', '{"resourceSpans":5}'],
    ['a resource that is no object', '{"resourceSpans":[{"resource":[]}]}'],
    ['a span that is no object', '{"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]}'],
    ['an id that is a number', withSpan({ traceId: 1 })],
    ['a negative time', withSpan({ startTimeUnixNano: '-1' })],
    ['a time beyond 64 bits', withSpan({ endTimeUnixNano: '18446744073709551616' })],
    ['a value of the wrong type', withSpan({ attributes: [{ key: 'k', value: { boolValue: 'true' } }] })],
    ['a million open brackets', '['.repeat(1_000_000)],
  ] as const) {
    it(`${what}: 400`, () => refused(body, /^The body is no OTLP trace request in json: /));
  }
});
