/** Random numbers that are the same for the same seed, and what is made of them. */

export interface Random {
  /** From 0 up to, and without, `below`. */
  whole(below: number): number;
  chance(of: number): boolean;
  one<T>(choices: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    whole: (below) => Math.floor(next() * below),
    chance: (of) => next() < of,
    one: (choices) => choices[random.whole(choices.length)] as (typeof choices)[number],
    bytes: (length) => Buffer.from(Array.from({ length }, () => random.whole(256))),
  };
  return random;
}

/** Bytes that begin numbers, lengths, texts and markup. */
const telling = [
  0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x0a, 0x12, 0x1a, 0x1b, 0x1c, 0x22, 0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x5c,
];

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  // A bit.
  (bytes, random) => {
    const at = random.whole(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(8));
    return bytes;
  },
  // A byte.
  (bytes, random) => {
    bytes[random.whole(bytes.length)] = random.chance(0.7) ? random.one(telling) : random.whole(256);
    return bytes;
  },
  // Cut off.
  (bytes, random) => bytes.subarray(0, random.whole(bytes.length)),
  // A piece less.
  (bytes, random) => {
    const [from, length] = [random.whole(bytes.length), random.whole(16)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  },
  // A piece twice.
  (bytes, random) => {
    const [from, length, at] = [random.whole(bytes.length), random.whole(64), random.whole(bytes.length)];
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + length), bytes.subarray(at)]);
  },
  // Something new.
  (bytes, random) => {
    const at = random.whole(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.whole(8)), bytes.subarray(at)]);
  },
];

/** A few changes of the bytes; none at all, sometimes. */
export function mutated(valid: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(valid);
  for (let left = random.whole(5); left > 0 && bytes.length > 0; left -= 1)
    bytes = random.one(mutations)(bytes, random);
  return bytes;
}

const texts = [
  '',
  'faas.name',
  'faas.invocation_id',
  'faas.coldstart',
  'cloud.provider',
  'coldlens.phase',
  'invocation',
  'init',
  'coldlens.module.package',
  'coldlens.module.self_ms',
  '__proto__',
  'constructor',
  'toString',
  'ünïcode',
  '\u0000',
  '\u202e\u001b[31m',
  '\ud800',
  '😀',
  "'; DROP TABLE spans; --",
  'x'.repeat(600),
];

const ids = ['0af7651916cd43dd8448eb211c80319c', 'B7AD6B7169203331', '', '00'.repeat(16), '00'.repeat(8), 'ab'];
const nanoseconds = [
  '0',
  '1',
  '1763790000000000001',
  '18446744073709551615',
  '9223372036854775807',
  '253402300800000000000',
];
const integers = ['0', '-1', '42', '9007199254740993', '9223372036854775807', '-9223372036854775808'];

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const text = (random: Random): string => (random.chance(0.1) ? random.bytes(6).toString('latin1') : random.one(texts));

const anyValue = (random: Random, depth = 0): Json =>
  random.one<() => Json>([
    () => ({ stringValue: text(random).toWellFormed() }),
    () => ({ boolValue: random.chance(0.5) }),
    () => ({ intValue: random.one(integers) }),
    () => ({ doubleValue: random.one([0, 0.5, -1e300, 5e-324, 1e21]) }),
    () => ({ bytesValue: random.bytes(random.whole(9)).toString('base64') }),
    () => ({ arrayValue: { values: several(random, depth > 4 ? 0 : 3, () => anyValue(random, depth + 1)) } }),
    () => ({ kvlistValue: { values: attributes(random, depth > 4 ? 0 : 3, depth + 1) } }),
    () => ({}),
  ])();

const several = (random: Random, most: number, make: () => Json): Json[] =>
  Array.from({ length: random.whole(most + 1) }, make);

const attributes = (random: Random, most: number, depth = 0): Json[] =>
  several(random, most, () => ({ key: text(random).toWellFormed(), value: anyValue(random, depth) }));

/** A valid request, as OTLP's JSON has it. */
export const requestJson = (random: Random): Json => ({
  resourceSpans: several(random, 3, () => ({
    resource: { attributes: attributes(random, 5), droppedAttributesCount: random.whole(3) },
    scopeSpans: several(random, 2, () => ({
      scope: { name: text(random).toWellFormed(), version: '1' },
      spans: several(random, 4, () => ({
        traceId: random.one(ids),
        spanId: random.one(ids),
        parentSpanId: random.one(ids),
        traceState: 'a=b',
        name: text(random).toWellFormed(),
        kind: random.whole(7),
        startTimeUnixNano: random.one(nanoseconds.slice(0, 5)),
        endTimeUnixNano: random.one(nanoseconds.slice(0, 5)),
        attributes: attributes(random, 6),
        events: several(random, 1, () => ({ timeUnixNano: '1', name: 'event', attributes: attributes(random, 1) })),
        status: random.chance(0.5) ? { code: random.whole(4), message: text(random).toWellFormed() } : {},
        flags: 257,
      })),
    })),
  })),
});

const strangers: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '9223372036854775808',
  'NaN',
  '-Infinity',
  '1e3',
  [],
  {},
  [[]],
  [null],
];

/** Some places of it hold something else, twice the same, or nothing. */
export function mutatedJson(json: Json, random: Random): Json {
  if (random.chance(0.01)) return random.one(strangers);
  if (Array.isArray(json)) {
    const items = json.map((item) => mutatedJson(item, random));
    if (random.chance(0.02)) items.push(random.one([...strangers, ...items]));
    return items;
  }
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json).flatMap(([name, value]): [string, Json][] => {
      if (random.chance(0.01)) return [];
      const named = random.chance(0.01)
        ? random.one(['__proto__', 'constructor', 'values', 'value', 'attributes', name])
        : name;
      return [[named, mutatedJson(value, random)]];
    });
    // Not by assignment, which would set a prototype.
    return Object.fromEntries(entries);
  }
  if (typeof json === 'string' && random.chance(0.01)) return random.one(nanoseconds);
  return json;
}
