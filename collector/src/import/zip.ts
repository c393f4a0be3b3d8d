/**
 * The files in a zip archive, as it comes: by the headers in front of them, not by the directory at its end, so that it can come
 * through a pipe, or lie in another archive, and nothing of it has to be held.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { ByteQueue } from './byte-queue.ts';
import { SummedBytes } from './summed-bytes.ts';
import type { Member } from './unpack.ts';
import { endsInside, type Unpacker, unpackedBytes } from './unpack-bytes.ts';

const signatures = { file: 0x04034b50, directory: 0x02014b50, end: 0x06054b50, descriptor: 0x08074b50 } as const;
const headerBytes = 30;

/** Of a file's first bytes: an archive of some files, or of none. */
export const isZip = (head: Buffer): boolean => {
  const signature = head.length < 4 ? 0 : head.readUInt32LE(0);
  return signature === signatures.file || signature === signatures.end;
};

/** Of the flags: what is packed is encrypted; sizes and sum stand behind it. */
const flags = { encrypted: 1, sizesBehind: 8 } as const;
/** A size that is told elsewhere, because it needs 64 bits. */
const inExtra = 0xffff_ffff;
const largeSizes = 1;

const methods: ReadonlyMap<number, Unpacker> = new Map([
  [8, 'deflate'],
  [93, 'zstd'],
]);
const stored = 0;

interface Header {
  name: string;
  flags: number;
  method: number;
  sum: number;
  packedBytes: number;
}

/**
 * Each must be read to its end, or left alone, before the next is asked for.
 * @param note told what cannot be read, by the file's name in the archive; '' = of the archive
 */
export async function* zipMembers(
  queue: ByteQueue,
  note: (name: string, what: string) => void,
): AsyncGenerator<Member> {
  for (;;) {
    const header = await nextHeader(queue, note);
    if (header === null) return;
    const isBehind = (header.flags & flags.sizesBehind) !== 0;
    const unpacker = methods.get(header.method);
    const trouble = troubleOf(header, unpacker, isBehind);
    if (trouble !== undefined) {
      note(header.name, trouble);
      if (isBehind) return;
      for await (const _ of queue.rest(header.packedBytes));
      continue;
    }
    const damage: string[] = [];
    const bytes = new SummedBytes(
      unpacker === undefined
        ? queue.rest(header.packedBytes)
        : unpackedBytes(unpacker, queue, (what) => damage.push(`${what} (zip)`)),
    );
    try {
      if (!header.name.endsWith('/')) yield { name: header.name, bytes };
      for await (const _ of bytes);
    } finally {
      await bytes.close();
    }
    for (const what of damage) note(header.name, what);
    // Where the next one begins is not known then.
    if (damage.length > 0) return;
    const wanted = isBehind ? await sumBehind(queue) : header.sum;
    if (bytes.sum !== wanted) note(header.name, 'is damaged: its check sum is another (zip)');
  }
}

const nextHeader = async (queue: ByteQueue, note: (name: string, what: string) => void): Promise<Header | null> => {
  const fixed = await queue.take(headerBytes);
  const signature = fixed.length < 4 ? 0 : fixed.readUInt32LE(0);
  if (signature === signatures.directory || signature === signatures.end) return null;
  if (signature !== signatures.file || fixed.length < headerBytes) {
    note('', `${fixed.length < headerBytes ? endsInside : 'is damaged: read up to there'} (zip)`);
    return null;
  }
  const name = (await queue.take(fixed.readUInt16LE(26))).toString();
  const extra = await queue.take(fixed.readUInt16LE(28));
  const packedBytes = fixed.readUInt32LE(18);
  return {
    name,
    ...{ flags: fixed.readUInt16LE(6), method: fixed.readUInt16LE(8), sum: fixed.readUInt32LE(14) },
    packedBytes: packedBytes === inExtra ? packedBytesIn(extra) : packedBytes,
  };
};

/** Behind the size of the file itself. */
const packedBytesIn = (extra: Buffer): number => {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === largeSizes && at + 20 <= extra.length) return Number(extra.readBigUInt64LE(at + 12));
  }
  return inExtra;
};

const troubleOf = (header: Header, unpacker: Unpacker | undefined, isBehind: boolean): string | undefined => {
  if ((header.flags & flags.encrypted) !== 0) return 'is encrypted: unpack it first (zip)';
  if (unpacker === undefined && header.method !== stored) {
    return `is packed by method ${header.method}, which is not read here: unpack it first (zip)`;
  }
  // Directories are told so too, and have nothing in them.
  if (unpacker === undefined && isBehind) return 'does not say how long it is: unpack it first (zip)';
  return undefined;
};

/** The sum of what came last; sizes have 32 bits or 64, which nothing says. */
const sumBehind = async (queue: ByteQueue): Promise<number> => {
  const first = await queue.peek(4);
  if (first.length === 4 && first.readUInt32LE(0) === signatures.descriptor) await queue.take(4);
  const sum = await queue.take(4);
  const ahead = await queue.peek(12);
  const isShort = ahead.length >= 10 && ahead.readUInt16LE(8) === (signatures.file & 0xffff);
  await queue.take(isShort ? 8 : 16);
  return sum.length < 4 ? Number.NaN : sum.readUInt32LE(0);
};
