/**
 * How a file of the buffer is divided: records, each with checksums of its own, so that a flipped bit or a write that was cut
 * off costs the record that it hit and nothing else.
 *
 *   magic | bytes of meta | bytes of data | CRC-32 of meta | of data | of these 20 bytes   (24 bytes, little-endian)
 *   meta (JSON) | data
 */
import { crc32 } from 'node:zlib';

const magic = Buffer.from('CLB1');
const headerBytes = 24;

export interface BufferRecord {
  readonly meta: Buffer;
  readonly data: Buffer;
}

/** What a file holds, in its order. A damaged stretch goes from `from` up to `to`. */
export type Stretch = { readonly record: BufferRecord } | { readonly damaged: { from: number; to: number } };

/** @returns the record's chunks, to be written one after the other */
export const recordChunks = (meta: Uint8Array, data: Uint8Array): Uint8Array[] => {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(meta.length, 4);
  header.writeUInt32LE(data.length, 8);
  header.writeUInt32LE(crc32(meta), 12);
  header.writeUInt32LE(crc32(data), 16);
  header.writeUInt32LE(crc32(header.subarray(0, 20)), 20);
  return [header, meta, data];
};

export const lengthOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, { length }) => sum + length, 0);

const isHeader = (file: Buffer, at: number): boolean =>
  at + headerBytes <= file.length &&
  file.compare(magic, 0, magic.length, at, at + magic.length) === 0 &&
  file.readUInt32LE(at + 20) === crc32(file.subarray(at, at + 20));

/** Where the next record begins, which may be the end of the file. */
const nextHeader = (file: Buffer, from: number): number => {
  for (let at = file.indexOf(magic, from); at >= 0; at = file.indexOf(magic, at + 1)) {
    if (isHeader(file, at)) return at;
  }
  return file.length;
};

/** What is at `at`, and where the next stretch begins. */
const stretchAt = (file: Buffer, at: number): { stretch: Stretch; end: number } => {
  const damagedUntil = (end: number) => ({ stretch: { damaged: { from: at, to: end } }, end });
  if (!isHeader(file, at)) return damagedUntil(nextHeader(file, at + 1));
  const metaAt = at + headerBytes;
  const dataAt = metaAt + file.readUInt32LE(at + 4);
  const end = dataAt + file.readUInt32LE(at + 8);
  // Cut off: but what was cut may have been followed by others, where a part in the middle is missing.
  if (end > file.length) return damagedUntil(nextHeader(file, metaAt));
  const meta = file.subarray(metaAt, dataAt);
  const data = file.subarray(dataAt, end);
  const isWhole = crc32(meta) === file.readUInt32LE(at + 12) && crc32(data) === file.readUInt32LE(at + 16);
  if (isWhole) return { stretch: { record: { meta, data } }, end };
  // Where a part of the file is missing, the next record begins before this one says that it ends.
  return damagedUntil(Math.min(end, nextHeader(file, metaAt)));
};

/** Everything in a file: no byte is in none of the stretches, none is in two. */
export function* stretchesOf(file: Buffer): Generator<Stretch> {
  for (let at = 0; at < file.length; ) {
    const { stretch, end } = stretchAt(file, at);
    yield stretch;
    at = end;
  }
}
