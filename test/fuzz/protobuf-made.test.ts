/**
 * The protobuf reader against the oracle on requests that are well-formed and that no exporter writes: fields in any order,
 * twice, of unknown numbers, groups, numbers longer than they need to be. What both take they must read the same.
 */
import assert from 'node:assert/strict';
import { readProtobuf } from '#collector/otlp/protobuf.js';
import { fuzz } from './fuzz.ts';
import { plainSpans, spansByOracle } from './oracle.ts';
import type { Random } from './random.ts';

/** Mostly few. */
const few = (random: Random, most: number): number => random.whole(random.whole(most + 1) + 1);

/** A number, sometimes longer than it needs to be. */
const varint = (random: Random, value: bigint): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  if (random.chance(0.05)) {
    for (let more = random.whole(Math.max(1, 10 - bytes.length)); more > 0; more--) {
      bytes[bytes.length - 1] = (bytes.at(-1) as number) | 0x80;
      bytes.push(0);
    }
  }
  return Buffer.from(bytes);
};

/** Tags and lengths are at most five bytes long. */
const short = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
};

const tag = (field: number, type: number): Buffer => short(field * 8 + type);
const delimited = (field: number, content: Buffer): Buffer =>
  Buffer.concat([tag(field, 2), short(content.length), content]);

type Make = (random: Random, depth: number) => Buffer;

type MessageName =
  | 'request'
  | 'resourceSpans'
  | 'resource'
  | 'scopeSpans'
  | 'scope'
  | 'span'
  | 'status'
  | 'keyValue'
  | 'value'
  | 'array'
  | 'list';

const words = [
  '',
  'a',
  'faas.name',
  'http.request.method',
  'ünï',
  '漢字',
  'x'.repeat(32),
  'y'.repeat(33),
  'z'.repeat(200),
];
const wholes = [
  0n,
  1n,
  127n,
  128n,
  16_383n,
  16_384n,
  2n ** 31n,
  2n ** 53n,
  2n ** 53n - 1n,
  2n ** 63n - 1n,
  -1n,
  -(2n ** 63n),
];

const text =
  (field: number): Make =>
  (random) => {
    const made = random.chance(0.25) ? String(random.whole(100_000)) : random.one(words);
    return delimited(field, Buffer.from(made));
  };
const raw =
  (field: number, lengths: readonly number[]): Make =>
  (random) =>
    delimited(field, random.bytes(random.one(lengths)));
const number =
  (field: number): Make =>
  (random) =>
    Buffer.concat([tag(field, 0), varint(random, random.chance(0.5) ? BigInt(random.whole(300)) : random.one(wholes))]);
const fixed64 =
  (field: number): Make =>
  (random) =>
    Buffer.concat([tag(field, 1), random.bytes(8)]);
const message =
  (field: number, name: MessageName): Make =>
  (random, depth) =>
    delimited(field, made(random, name, depth + 1));

/** Unknown fields of every wire type, groups that hold some included. */
const unknown: Make = (random, depth) => {
  const field = 100 + random.whole(20_000);
  switch (depth > 10 ? random.whole(4) : random.whole(5)) {
    case 0:
      return Buffer.concat([tag(field, 0), varint(random, random.one(wholes))]);
    case 1:
      return Buffer.concat([tag(field, 1), random.bytes(8)]);
    case 2:
      return delimited(field, random.bytes(random.whole(10)));
    case 3:
      return Buffer.concat([tag(field, 5), random.bytes(4)]);
    default: {
      const inside = Array.from({ length: few(random, 3) }, () => unknown(random, depth + 1));
      return Buffer.concat([tag(field, 3), ...inside, tag(field, 4)]);
    }
  }
};

/** Of each message the fields that we read. */
const shapes: Readonly<Record<MessageName, readonly Make[]>> = {
  request: [message(1, 'resourceSpans')],
  resourceSpans: [message(1, 'resource'), message(2, 'scopeSpans'), message(2, 'scopeSpans')],
  resource: [message(1, 'keyValue')],
  scopeSpans: [message(1, 'scope'), message(2, 'span'), message(2, 'span'), message(2, 'span')],
  scope: [text(1)],
  span: [
    ...[raw(1, [16, 16, 0, 3]), raw(2, [8, 8, 0, 9]), raw(4, [8, 0]), text(5), number(6), fixed64(7), fixed64(8)],
    ...[message(9, 'keyValue'), message(9, 'keyValue'), message(9, 'keyValue'), message(15, 'status')],
  ],
  status: [text(2), number(3)],
  keyValue: [text(1), message(2, 'value')],
  value: [
    text(1),
    text(1),
    number(2),
    number(3),
    fixed64(4),
    message(5, 'array'),
    message(6, 'list'),
    raw(7, [0, 1, 9]),
  ],
  array: [message(1, 'value')],
  list: [message(1, 'keyValue')],
};

function made(random: Random, name: MessageName, depth: number): Buffer {
  // What holds itself ends some time.
  const most = depth > 12 ? 0 : name === 'value' || name === 'keyValue' ? 3 : 6;
  const fields = Array.from({ length: few(random, most) }, () =>
    random.chance(0.07) ? unknown(random, depth) : random.one(shapes[name])(random, depth),
  );
  return Buffer.concat(fields);
}

let spans = 0;
after(() => assert.ok(spans > 1_000, `only ${spans} spans were compared`));

fuzz({
  name: 'protobuf-made',
  make: (random) => made(random, 'request', 0),
  check: (input) => {
    const read = readProtobuf(input);
    const expected = spansByOracle(input);
    assert.ok(expected !== null, 'the oracle refuses it');
    assert.deepEqual(plainSpans(read), plainSpans(expected));
    spans += read.length;
  },
});
