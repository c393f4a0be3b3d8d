/** The protobuf wire format, where it is odd or broken: what is read how, and what is refused. */
import assert from 'node:assert/strict';
import { newSpanId, newTraceId } from '../support/spans.ts';
import { bytes, field, requestWith } from '../support/wire.ts';
import { conformanceStage, protobuf, statusOf } from './stage.ts';

const fixed64 = (number: number, value: bigint): Buffer => {
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(value);
  return bytes((number << 3) | 1, content);
};

const nested = (depth: number): Buffer => {
  let any: Uint8Array = field(1, bytes('leaf'));
  for (let level = 1; level < depth; level += 1) any = field(5, field(1, any));
  return field(9, Buffer.concat([field(1, bytes('k')), field(2, any)]));
};

const tenFullBytes = Array<number>(10).fill(0xff);

describe('OTLP/HTTP: protobuf', () => {
  const stage = conformanceStage();
  let count = 0;

  /** What makes a span valid, and findable. */
  const basics = (name: string): Buffer =>
    Buffer.concat([
      field(1, Buffer.from(newTraceId(), 'hex')),
      field(2, Buffer.from(newSpanId(), 'hex')),
      field(5, bytes(name)),
      fixed64(7, BigInt(Date.now()) * 1_000_000n),
      fixed64(8, BigInt(Date.now() + 1) * 1_000_000n),
    ]);
  const sent = async (...fields: Uint8Array[]) => {
    count += 1;
    const name = `protobuf ${count}`;
    const answer = await stage.post(requestWith(basics(name), ...fields), protobuf);
    assert.deepEqual([answer.status, answer.body.length], [200, 0], answer.body.toString('latin1'));
    const [row] = await stage.holds(name, 1);
    assert.ok(row);
    return row;
  };
  const attribute = (key: string, any: Uint8Array) => field(9, Buffer.concat([field(1, bytes(key)), field(2, any)]));

  it('unknown fields of every wire type, and groups, are skipped', async () => {
    const unknown = Buffer.concat([
      bytes(0xf8, 0x06, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), // varint
      bytes(0xf9, 0x06, '12345678'), // fixed64
      bytes(0xfa, 0x06, 3, 'abc'), // bytes
      bytes(0xfd, 0x06, '1234'), // fixed32
      bytes(0xfb, 0x06, 0x08, 0x01, 0x13, 0x14, 0xfc, 0x06), // a group with a field and a group
    ]);
    const row = await sent(unknown, bytes(0x30, 2), unknown);
    assert.equal(row.kind, 2);
  });

  it('a repeated singular submessage merges', async () => {
    const row = await sent(field(15, field(2, bytes('why'))), field(15, bytes(0x18, 2)));
    assert.deepEqual([row.status_message, row.status_code], ['why', 2]);
  });

  it('of a repeated singular scalar the last one counts', async () => {
    assert.equal((await sent(bytes(0x30, 2), bytes(0x30, 3))).kind, 3);
  });

  it('a negative intValue', async () => {
    const minusOne = bytes(0x18, ...tenFullBytes.slice(1), 0x01);
    const row = await sent(attribute('k', minusOne));
    assert.equal(row.attributes, '{"k":-1}');
  });

  it('invalid UTF-8 becomes U+FFFD', async () => {
    const row = await sent(attribute('k', field(1, bytes('a', 0xff, 'b'))));
    assert.equal(row.attributes, '{"k":"a\ufffdb"}');
  });

  it('a resource that comes after its spans counts for them', async () => {
    const name = 'resource-last';
    const pair = Buffer.concat([field(1, bytes('late')), field(2, field(1, bytes('yes')))]);
    const spans = field(2, field(2, basics(name)));
    const answer = await stage.post(field(1, Buffer.concat([spans, field(1, field(1, pair))])), protobuf);
    assert.equal(answer.status, 200);
    assert.equal((await stage.holds(name, 1))[0]?.resource, '{"late":"yes"}');
  });

  it('nesting of 32 passes, of 33 gives 400', async () => {
    assert.match((await sent(nested(32))).attributes, /^\{"k":\[{31}"leaf"\]{31}\}$/);
    const answer = await stage.post(requestWith(basics('x'), nested(33)), protobuf);
    assert.equal(answer.status, 400);
    assert.match(statusOf(answer).message, /nested deeper than 32 levels/);
  });

  for (const [what, body] of [
    ['an 11-byte varint', requestWith(bytes(0x30, ...tenFullBytes, 0x01))],
    ['a length past the end', bytes(0x0a, 0x05, 'abc')],
    ['a length of 2^35', bytes(0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)],
    ['field 0', bytes(0x00, 0x00)],
    ['wire type 6', bytes(0x0e)],
    ['wire type 7', bytes(0x0f)],
    ['a known field of another wire type', bytes(0x08, 0x01)],
    ['a group that never ends', bytes(0x1b, 0x08, 0x01)],
    ['a group that ends as another', bytes(0x1b, 0x24)],
    ['the end of no group', bytes(0x1c)],
    ['deeply nested groups', Buffer.alloc(1000, 0x1b)],
    ['plain text', bytes('hello collector, this is no OTLP')],
  ] as const) {
    it(`${what}: 400, in protobuf`, async () => {
      const answer = await stage.post(body, protobuf);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['content-type'], 'application/x-protobuf');
      const { code, message } = statusOf(answer);
      assert.equal(code, 3);
      assert.match(message, /^The body is no OTLP trace request in protobuf: [A-Z]/);
    });
  }

  it('more spans than fit into memory: 413', async () => {
    // Two bytes a span: an empty message in field 2 of the scope.
    const spans = Buffer.alloc(2 * 250_001);
    for (let at = 0; at < spans.length; at += 2) spans[at] = 0x12;
    const answer = await stage.post(field(1, field(2, spans)), protobuf);
    assert.equal(answer.status, 413);
    assert.match(statusOf(answer).message, /more than 250000 spans/);
  });
});
