/** Makes plain files of what is packed, by its first bytes: gzip, zstd, tar, zip, UTF-16, and one in the other. Names say nothing. */
import { ByteQueue } from './byte-queue.ts';
import { gunzippedBytes } from './gzip.ts';
import { isTar, tarHeadBytes, tarMembers } from './tar.ts';
import { type Damaged, unpackedBytes } from './unpack-bytes.ts';
import { utf8Of, utf16Of } from './utf16.ts';
import { isZip, zipMembers } from './zip.ts';

/** One plain file. It is read before the next one is asked for. */
export interface Member {
  /** With the path inside its archive. */
  name: string;
  bytes: AsyncIterable<Uint8Array>;
}

/** Told what could not be read of a file, in a sentence without its name. */
export type Note = (name: string, what: string) => void;

/** A .gz in a .tar.gz, and one more. */
const mostLayers = 4;

interface Packing {
  name: string;
  /** Its first bytes, base 16. */
  magic: string;
  /** Of all that stand one behind the other. Absent = it is not unpacked here. */
  unpack?(queue: ByteQueue, damaged: Damaged): AsyncGenerator<Buffer>;
}

const zstdMagic = '28b52ffd';

const packings: readonly Packing[] = [
  { name: 'gzip', magic: '1f8b08', unpack: gunzippedBytes },
  { name: 'zstd', magic: zstdMagic, unpack: zstdBytes },
  { name: 'bzip2', magic: '425a68' },
  { name: 'xz', magic: 'fd377a58' },
  { name: '7z', magic: '377abcaf' },
];

const packingOf = (head: Buffer): Packing | undefined => {
  const digits = head.toString('hex', 0, 4);
  return packings.find(({ magic }) => digits.startsWith(magic));
};

/** The plain files in this one. What cannot be read ends early, and is told. */
export async function* unpacked({ name, bytes }: Member, note: Note, layers = mostLayers): AsyncGenerator<Member> {
  const queue = new ByteQueue(bytes);
  try {
    const head = await queue.peek(tarHeadBytes);
    const packing = packingOf(head);
    if (packing !== undefined && packing.unpack === undefined) {
      note(name, `is packed by ${packing.name}, which is not read here: unpack it first`);
    } else if (packing?.unpack !== undefined && layers > 0) {
      const plain = unpackedWhole(packing.unpack, queue, (what) => note(name, `${what} (${packing.name})`));
      yield* unpacked({ name, bytes: plain }, note, layers - 1);
    } else if ((isTar(head) || isZip(head)) && layers > 0) {
      const noteOf = (member: string, what: string): void => note(member === '' ? name : `${name}/${member}`, what);
      yield* unpackedAll(name, (isTar(head) ? tarMembers : zipMembers)(queue, noteOf), note, layers);
    } else {
      const encoding = utf16Of(head);
      yield { name, bytes: encoding === undefined ? queue.rest() : utf8Of(encoding, queue.rest()) };
    }
  } finally {
    await queue.close();
  }
}

async function* zstdBytes(queue: ByteQueue, damaged: Damaged): AsyncGenerator<Buffer> {
  while ((await queue.peek(4)).toString('hex') === zstdMagic) {
    if (!(yield* unpackedBytes('zstd', queue, damaged))) return;
  }
}

/** And what is behind it is told: zeros are what tapes and disks are filled up with. */
async function* unpackedWhole(
  unpack: NonNullable<Packing['unpack']>,
  queue: ByteQueue,
  damaged: Damaged,
): AsyncGenerator<Buffer> {
  let isWhole = true;
  yield* unpack(queue, (what) => {
    isWhole = false;
    damaged(what);
  });
  if (!isWhole) return;
  for await (const piece of queue.rest()) {
    if (piece.every((byte) => byte === 0)) continue;
    return damaged('has something behind what is packed, which was not read');
  }
}

async function* unpackedAll(
  archive: string,
  members: AsyncIterable<Member>,
  note: Note,
  layers: number,
): AsyncGenerator<Member> {
  for await (const { name, bytes } of members) {
    yield* unpacked({ name: `${archive}/${name}`, bytes: notEnded(bytes) }, note, layers - 1);
  }
}

/** Whoever leaves one of them alone in the middle does not end it: the archive goes on behind it. */
const notEnded = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => {
    const pieces = bytes[Symbol.asyncIterator]();
    return { next: () => pieces.next() };
  },
});
