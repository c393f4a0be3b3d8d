/** Changes protobuf by its fields, so that lengths stay right and the change is met deep inside. */
import { fieldOf } from '../unit/collector/otlp-schema.ts';
import type { Random } from './random.ts';

interface Field {
  number: number;
  type: number;
  /** A number's bytes, or what stands behind the length. */
  content: Buffer;
}

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
};

const written = ({ number, type, content }: Field): Buffer =>
  Buffer.concat([varint(number * 8 + type), ...(type === 2 ? [varint(content.length)] : []), content]);

/** `null` where the bytes are no message. */
function read(bytes: Buffer): Field[] | null {
  const fields: Field[] = [];
  let at = 0;
  const number = (): Buffer | null => {
    for (let end = at; end < bytes.length && end < at + 10; end += 1) {
      if ((bytes[end] ?? 0) < 0x80) {
        const found = bytes.subarray(at, end + 1);
        at = end + 1;
        return found;
      }
    }
    return null;
  };
  const numberOf = (encoded: Buffer): number => encoded.reduceRight((value, byte) => value * 128 + (byte & 0x7f), 0);
  while (at < bytes.length) {
    const tag = number();
    if (tag === null) return null;
    const [type, field] = [numberOf(tag) % 8, Math.floor(numberOf(tag) / 8)];
    if (field === 0) return null;
    let content: Buffer | null = null;
    if (type === 0) content = number();
    else {
      const length = type === 1 ? 8 : type === 5 ? 4 : type === 2 ? number() : null;
      const size = length === null ? Number.NaN : typeof length === 'number' ? length : numberOf(length);
      if (at + size <= bytes.length) {
        content = bytes.subarray(at, at + size);
        at += size;
      }
    }
    if (content === null) return null;
    fields.push({ number: field, type, content });
  }
  return fields;
}

const changes: readonly ((fields: Field[], random: Random) => Field[])[] = [
  (fields, random) => fields.filter((_field, index) => index !== random.whole(fields.length)),
  (fields, random) => [...fields, random.one(fields)],
  (fields, random) => fields.toSorted(() => random.whole(3) - 1),
  (fields, random) => [{ number: 1 + random.whole(20), type: 0, content: varint(random.whole(2 ** 31)) }, ...fields],
  (fields, random) => [...fields, { number: 1 + random.whole(20), type: 2, content: random.bytes(random.whole(12)) }],
  (fields, random) => fields.map((field) => (random.chance(0.2) ? { ...field, number: 1 + random.whole(20) } : field)),
  // Unknown groups, one in another.
  (fields, random) => [
    ...fields,
    {
      number: 19,
      type: 3,
      content: Buffer.concat([Buffer.alloc(1, 0x08), varint(random.whole(300)), varint(19 * 8 + 4)]),
    },
  ],
  (fields, random) => [...fields, { number: 2, type: 2, content: written(random.one(fields)) }],
];

/** One message, at any depth, has its fields changed. */
export function mutatedFields(bytes: Uint8Array, random: Random): Buffer {
  const fields = read(Buffer.from(bytes));
  if (fields === null || fields.length === 0) return Buffer.from(bytes);
  const inner = fields.findIndex(({ type, content }) => type === 2 && content.length > 0);
  if (inner >= 0 && random.chance(0.75)) {
    const places = fields.flatMap((field, index) => (field.type === 2 && field.content.length > 0 ? [index] : []));
    const place = random.one(places);
    return Buffer.concat(
      fields.map((field, index) =>
        written(index === place ? { ...field, content: mutatedFields(field.content, random) } : field),
      ),
    );
  }
  return Buffer.concat(random.one(changes)(fields, random).map(written));
}

/** Every field is of its own wire type and ends within its message. Groups are not looked into: false where there are some. */
export function isWellFormed(bytes: Uint8Array, message = 'ExportTraceServiceRequest'): boolean {
  const fields = read(Buffer.from(bytes));
  if (fields === null) return false;
  return fields.every(({ number, type, content }) => {
    const known = fieldOf(message, number);
    if (known === undefined) return true;
    return type === known.type && (known.message === undefined || isWellFormed(content, known.message));
  });
}
