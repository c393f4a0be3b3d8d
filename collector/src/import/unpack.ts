/** Makes plain files of what is packed, by its first bytes: gzip, zstd, tar, zip, UTF-16, and one in the other. Names say nothing. */
import { ByteQueue } from './byte-queue.ts';
import { isTar, tarHeadBytes, tarMembers } from './tar.ts';
import { type Unpacker, unpackedBytes } from './unpack-bytes.ts';
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
  /** Absent = it is not unpacked here. */
  unpacker?: Unpacker;
}

const packings: readonly Packing[] = [
  { name: 'gzip', magic: '1f8b', unpacker: 'gzip' },
  { name: 'zstd', magic: '28b52ffd', unpacker: 'zstd' },
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
    if (packing !== undefined && packing.unpacker === undefined) {
      note(name, `is packed by ${packing.name}, which is not read here: unpack it first`);
    } else if (packing?.unpacker !== undefined && layers > 0) {
      const isSame = (next: Buffer): boolean => packingOf(next) === packing;
      const damaged = (what: string): void => note(name, `${what} (${packing.name})`);
      const plain = unpackedBytes(packing.unpacker, queue, isSame, damaged);
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
