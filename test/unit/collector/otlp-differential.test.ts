/**
 * Our protobuf reader against @bufbuild/protobuf, on requests that are made by chance: fields in any order, twice, split, of
 * unknown numbers, numbers written longer than they need to be; then the same with damage. As long as you like by hand:
 * COLDLENS_FUZZ_SECONDS=600 npx mocha test/unit/collector/otlp-differential.test.ts
 */
import assert from 'node:assert/strict';
import { seededRandom } from '#benchmarks/src/random.js';
import type { DecodedSpan } from '#collector/model/span.js';
import { MalformedBody } from '#collector/receive/otlp/limits.js';
import { readProtobuf } from '#collector/receive/otlp/protobuf.js';
import { spansReadByOther } from './otlp-schema.ts';

const seconds = Number(process.env.COLDLENS_FUZZ_SECONDS ?? 2);

class Chance {
  readonly #next: () => number;
  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }
  below(most: number): number {
    return Math.floor(this.#next() * most);
  }
  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
  /** Mostly few. */
  times(most: number): number {
    return this.below(this.below(most + 1) + 1);
  }
  is(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** A number, sometimes longer than it needs to be. */
const varint = (chance: Chance, value: bigint): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  if (chance.is(20)) {
    for (let more = chance.below(Math.max(1, 10 - bytes.length)); more > 0; more--) {
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

type Make = (chance: Chance, depth: number) => Buffer;

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
  (chance) => {
    const made = chance.is(4) ? String(chance.below(100_000)) : chance.one(words);
    return delimited(field, Buffer.from(made));
  };
const raw =
  (field: number, lengths: readonly number[]): Make =>
  (chance) =>
    delimited(field, chance.bytes(chance.one(lengths)));
const number =
  (field: number): Make =>
  (chance) =>
    Buffer.concat([tag(field, 0), varint(chance, chance.is(2) ? BigInt(chance.below(300)) : chance.one(wholes))]);
const fixed64 =
  (field: number): Make =>
  (chance) =>
    Buffer.concat([tag(field, 1), chance.bytes(8)]);
const message =
  (field: number, name: MessageName): Make =>
  (chance, depth) =>
    delimited(field, made(chance, name, depth + 1));

/** Unknown fields of every wire type, groups that hold some included. */
const unknown: Make = (chance, depth) => {
  const field = 100 + chance.below(20_000);
  switch (depth > 10 ? chance.below(4) : chance.below(5)) {
    case 0:
      return Buffer.concat([tag(field, 0), varint(chance, chance.one(wholes))]);
    case 1:
      return Buffer.concat([tag(field, 1), chance.bytes(8)]);
    case 2:
      return delimited(field, chance.bytes(chance.below(10)));
    case 3:
      return Buffer.concat([tag(field, 5), chance.bytes(4)]);
    default: {
      const inside = Array.from({ length: chance.times(3) }, () => unknown(chance, depth + 1));
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

function made(chance: Chance, name: MessageName, depth: number): Buffer {
  // What holds itself ends some time.
  const most = depth > 12 ? 0 : name === 'value' || name === 'keyValue' ? 3 : 6;
  const fields = Array.from({ length: chance.times(most) }, () =>
    chance.is(15) ? unknown(chance, depth) : chance.one(shapes[name])(chance, depth),
  );
  return Buffer.concat(fields);
}

type Read = { state: 'read'; spans: DecodedSpan[] } | { state: 'refused'; error: unknown };

const outcomeOf = (reader: (bytes: Uint8Array) => DecodedSpan[], bytes: Buffer): Read => {
  try {
    return { state: 'read', spans: reader(bytes) };
  } catch (error) {
    return { state: 'refused', error };
  }
};

const untilTime = (task: (chance: Chance) => void): void => {
  const untilMs = performance.now() + seconds * 1_000;
  for (let seed = 1; performance.now() < untilMs; seed++) {
    try {
      task(new Chance(seed));
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
};

describe('our protobuf reader beside another', function () {
  this.timeout(seconds * 1_000 + 20_000);

  it('reads the same from whatever is well-formed', () => {
    let spans = 0;
    untilTime((chance) => {
      const bytes = made(chance, 'request', 0);
      const read = readProtobuf(bytes);
      assert.deepEqual(read, spansReadByOther(bytes));
      spans += read.length;
    });
    assert.ok(spans > 1_000, `${spans} spans are too few`);
  });

  it('takes no damaged body that the other refuses, and reads the same from those that both take', () => {
    let [both, refused] = [0, 0];
    untilTime((chance) => {
      const bytes = made(chance, 'request', 0);
      if (bytes.length === 0) return;
      for (let times = 1 + chance.below(3); times > 0; times--) bytes[chance.below(bytes.length)] = chance.below(256);
      const damaged = chance.is(4) ? bytes.subarray(0, chance.below(bytes.length)) : bytes;
      const [ours, other] = [outcomeOf(readProtobuf, damaged), outcomeOf(spansReadByOther, damaged)];
      const hex = damaged.toString('hex');
      // Of invalid UTF-8 we make U+FFFD.
      if (other.state === 'refused' && /utf-8/.test(String(other.error))) return;
      if (ours.state === 'read') {
        assert.equal(other.state, 'read', hex);
        assert.deepEqual(ours.spans, (other as typeof ours).spans, hex);
        both += 1;
      } else {
        // The other one takes more: it reads past the end of a message inside another, and does not look at wire types.
        assert.ok(ours.error instanceof MalformedBody, String(ours.error));
        refused += 1;
      }
    });
    assert.ok(both > 100 && refused > 100, `${both} taken, ${refused} refused`);
  });
});
