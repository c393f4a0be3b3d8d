/** The files in a tar archive, as it comes. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
import type { ByteQueue } from './byte-queue.ts';
import type { Member, Note } from './unpack.ts';

const blockBytes = 512;
/** Names longer than this are cut off by no tool, and made by none. */
const maxNameBytes = 64 * 1024;

const magicAt = 257;

/** Of a file's first bytes. */
export const isTar = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(magicAt, magicAt + 5)).toString('latin1') === 'ustar';

/** What an archive must begin with to be known. */
export const tarHeadBytes = magicAt + 5;

const cutOff = 'ends in the middle of what is packed (tar)';

/**
 * Each must be read to its end, or left alone, before the next is asked for.
 * @param note told what is missing, by the file's name in the archive; '' = of the archive, which ends with blocks of zeros
 */
export async function* tarMembers(queue: ByteQueue, note: Note): AsyncGenerator<Member> {
  let longName = '';
  for (;;) {
    const header = await queue.take(blockBytes);
    if (header.length < blockBytes) return note('', cutOff);
    if (header.every((byte) => byte === 0)) return;
    const size = sizeOf(header);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L' || type === 'x') {
      const text = (await queue.take(Math.min(size, maxNameBytes))).toString();
      await drained(queue.rest(padded(size) - Math.min(size, maxNameBytes)));
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (/^\d+ path=(.*)$/m.exec(text)?.[1] ?? longName);
      continue;
    }
    const name = longName || nameOf(header);
    longName = '';
    let missing = size;
    const body = counted(queue.rest(size), (bytes) => {
      missing -= bytes;
    });
    if (type === '0' || type === '\0') yield { name, bytes: body };
    await drained(body);
    if (missing > 0) return note(name, cutOff);
    await drained(queue.rest(padded(size) - size));
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, took: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    took(piece.length);
    yield piece;
  }
}

const drained = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const _ of bytes);
};

const padded = (size: number): number => Math.ceil(size / blockBytes) * blockBytes;

const field = (header: Buffer, from: number, to: number): string =>
  header.toString('utf8', from, to).replace(/\0.*$/s, '');

const nameOf = (header: Buffer): string => {
  const prefix = field(header, 345, 500);
  return prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`;
};

/** Octal digits, or 0x80 and a number in the last bytes. */
const sizeOf = (header: Buffer): number =>
  ((header[124] ?? 0) & 0x80) !== 0
    ? header.readUIntBE(130, 6)
    : Number.parseInt(field(header, 124, 136).trim() || '0', 8) || 0;
