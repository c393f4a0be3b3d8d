import assert from 'node:assert/strict';
import { hasValidIds } from '#collector/model/span.js';
import { readJson } from '#collector/receive/otlp/json.js';
import { MalformedBody, OversizedBody } from '#collector/receive/otlp/limits.js';
import { readProtobuf } from '#collector/receive/otlp/protobuf.js';
import { isRequest, requestBytes, withBase64Ids } from './otlp-schema.ts';

const bytes = (...parts: (number | string | Uint8Array)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string))));

/** A length-delimited field. */
function field(number: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) | 0x80);
  return bytes((number << 3) | 2, Buffer.from([...length, rest]), content);
}

/** A request with one span of these fields. */
const requestWith = (...spanFields: Buffer[]) => field(1, field(2, field(2, Buffer.concat(spanFields))));

const value = {
  text: { stringValue: 'ünïcode \u0000 text' },
  yes: { boolValue: true },
  no: { boolValue: false },
  negative: { intValue: '-42' },
  large: { intValue: '9223372036854775807' },
  smallest: { intValue: '-9223372036854775808' },
  half: { doubleValue: 0.5 },
  mixed: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'two' }, { arrayValue: { values: [] } }] } },
  map: { kvlistValue: { values: [{ key: '__proto__', value: { stringValue: 'harmless' } }] } },
  binary: { bytesValue: 'AAEC/w==' },
  constructor: { stringValue: 'harmless too' },
};

const request = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }], droppedAttributesCount: 3 },
      scopeSpans: [
        {
          scope: { name: 'tracer', version: '1' },
          spans: [
            {
              traceId: '0AF7651916cd43dd8448eb211c80319c',
              spanId: 'b7ad6b7169203331',
              parentSpanId: '00f067aa0ba902b7',
              traceState: 'a=b',
              name: 'work',
              kind: 2,
              startTimeUnixNano: '1763790000000000001',
              endTimeUnixNano: '18446744073709551615',
              attributes: Object.entries(value).map(([key, anyValue]) => ({ key, value: anyValue })),
              events: [{ timeUnixNano: '1', name: 'event', attributes: [] }],
              status: { code: 2, message: 'broken' },
              flags: 257,
            },
            { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '0000000000000000' },
          ],
        },
      ],
    },
    { scopeSpans: [{ spans: [{ name: 'no resource' }] }] },
  ],
};

describe('the protobuf reader', () => {
  const encoded = requestBytes(withBase64Ids(request as never));

  it('reads what the JSON reader reads, from the bytes of another writer', () => {
    const spans = readProtobuf(encoded);
    assert.deepEqual(spans, readJson(Buffer.from(JSON.stringify(request))));
    assert.equal(spans.length, 3);
    assert.equal(spans[0]?.traceId, '0af7651916cd43dd8448eb211c80319c');
    assert.equal(spans[0]?.endNs, 18446744073709551615n);
    assert.equal(spans[0]?.attributes.get('large'), 9223372036854775807n);
    assert.equal(spans[0]?.attributes.get('negative'), -42);
    assert.deepEqual(spans[0]?.attributes.get('map'), new Map([['__proto__', 'harmless']]));
    assert.equal(spans[0]?.resource, spans[1]?.resource);
    assert.deepEqual(spans.map(hasValidIds), [true, false, false]);
  });

  it('reads an empty body as an empty request', () => assert.deepEqual(readProtobuf(Buffer.alloc(0)), []));

  it('refuses every cut-off body that the other reader refuses', () => {
    for (let length = 1; length < encoded.length; length++) {
      const cut = encoded.subarray(0, length);
      if (isRequest(cut)) readProtobuf(cut);
      else assert.throws(() => readProtobuf(cut), MalformedBody, `cut to ${length} bytes`);
    }
  });

  it('never fails with anything but a clear refusal on damaged bodies', () => {
    for (let at = 0; at < encoded.length; at++) {
      const damaged = Buffer.from(encoded);
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      try {
        readProtobuf(damaged);
      } catch (error) {
        assert.ok(error instanceof MalformedBody, String(error));
      }
    }
  });

  it('skips unknown fields of every wire type, groups included', () => {
    const unknown = Buffer.concat([
      bytes(0xf8, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), // varint
      bytes(0xf9, 0x06, '12345678'), // fixed64
      bytes(0xfa, 0x06, 3, 'abc'), // bytes
      bytes(0xfd, 0x06, '1234'), // fixed32
      bytes(0xfb, 0x06, 0x08, 0x01, 0x13, 0x14, 0xfc, 0x06), // a group with a field and a group
    ]);
    const [span] = readProtobuf(requestWith(unknown, field(5, bytes('name')), unknown));
    assert.equal(span?.name, 'name');
  });

  it('merges a repeated singular message', () => {
    const status = (content: Buffer) => field(15, content);
    const [span] = readProtobuf(requestWith(status(field(2, bytes('why'))), status(bytes(0x18, 2))));
    assert.deepEqual([span?.statusMessage, span?.statusCode], ['why', 2]);
  });

  it('applies a resource that comes after its spans', () => {
    const attribute = Buffer.concat([field(1, bytes('k')), field(2, field(1, bytes('v')))]);
    const [span] = readProtobuf(field(1, Buffer.concat([field(2, field(2, bytes())), field(1, field(1, attribute))])));
    assert.equal(span?.resource.get('k'), 'v');
  });

  it('replaces invalid UTF-8 instead of losing the span', () => {
    const [span] = readProtobuf(requestWith(field(5, bytes('a', 0xff, 'b'))));
    assert.equal(span?.name, 'a\ufffdb');
  });

  const nested = (depth: number) => {
    let any: Uint8Array = field(1, bytes('leaf'));
    for (let level = 1; level < depth; level++) any = field(5, field(1, any));
    return requestWith(field(9, Buffer.concat([field(1, bytes('k')), field(2, any)])));
  };

  it('takes values nested 32 levels deep', () => assert.equal(readProtobuf(nested(32)).length, 1));

  for (const [what, body] of [
    ['values nested 33 levels deep', nested(33)],
    ['an 11-byte varint', requestWith(bytes(0x30, ...Array(10).fill(0xff), 0x01))],
    ['a length past the end', bytes(0x0a, 0x05, 'abc')],
    ['a length of 2^35', bytes(0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)],
    ['field number 0', bytes(0x00, 0x00)],
    ['wire type 6', bytes(0x0e)],
    ['wire type 7', bytes(0x0f)],
    ['a known field of another wire type', bytes(0x08, 0x01)],
    ['a group that never ends', bytes(0x1b, 0x08, 0x01)],
    ['a group that ends as another', bytes(0x1b, 0x24)],
    ['the end of no group', bytes(0x1c)],
    ['deeply nested groups', Buffer.alloc(1000, 0x1b)],
    ['JSON', bytes('{"resourceSpans":[]}')],
    ['plain text', bytes('hello collector, this is no OTLP')],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => readProtobuf(body), MalformedBody));
  }

  it('refuses more spans than fit into memory', () => {
    // Two bytes a span: an empty message in field 2 of the scope.
    const spans = Buffer.alloc(2 * 250_001);
    for (let at = 0; at < spans.length; at += 2) spans[at] = 0x12;
    assert.throws(() => readProtobuf(field(1, field(2, spans))), OversizedBody);
  });
});
