/** The reader itself, on very many bodies; what OTLP asks of it case by case is in test/conformance/protobuf.test.ts. */
import assert from 'node:assert/strict';
import { hasValidIds } from '#collector/model/span.js';
import { readJson } from '#collector/otlp/json.js';
import { readProtobuf } from '#collector/otlp/protobuf.js';
import { MalformedBody } from '#collector/reading/limits.js';
import { isRequest, requestBytes, withBase64Ids } from './otlp-schema.ts';

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
});
