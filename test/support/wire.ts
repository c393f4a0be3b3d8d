/** Protobuf by hand, for bodies that no writer would write. */

export const bytes = (...parts: (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string))));

export function varint(value: number): Buffer {
  const found: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) found.push((rest % 0x80) | 0x80);
  return Buffer.from([...found, rest]);
}

/** A length-delimited field. */
export const field = (number: number, content: Uint8Array): Buffer =>
  bytes(varint((number << 3) | 2), varint(content.length), content);

/** A request with one span of these fields. */
export const requestWith = (...spanFields: Uint8Array[]): Buffer =>
  field(1, field(2, field(2, Buffer.concat(spanFields))));
