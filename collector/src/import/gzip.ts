/**
 * Gzip, also several one behind the other, as Firehose delivers them. Its heads and sums are read here: Node's own reader gives
 * nothing of a last piece when a sum is another or foreign bytes follow. https://www.rfc-editor.org/rfc/rfc1952
 */
import type { ByteQueue } from './byte-queue.ts';
import { SummedBytes } from './summed-bytes.ts';
import { type Damaged, endsInside, mostPieceBytes, unpackedBytes } from './unpack-bytes.ts';

const magic = [0x1f, 0x8b, 8] as const;
const headBytes = 10;
const sumBytes = 8;
/** Of the head's fourth byte, in the order of what follows it. */
const flags = { extra: 4, name: 8, comment: 16, headSum: 2 } as const;
/** A name or a comment ends with a zero; no writer makes longer ones. */
const mostTextBytes = 64 * 1024;
const leastPieceBytes = 16 * 1024;

const isGzip = (head: Buffer): boolean => magic.every((byte, at) => head[at] === byte);

/** What all of them hold. What is behind the last stays in the queue. */
export async function* gunzippedBytes(queue: ByteQueue, damaged: Damaged): AsyncGenerator<Buffer> {
  // The next is likely to be as long as the one before: thousands of short ones need no room for long ones.
  for (let pieceBytes = mostPieceBytes; isGzip(await queue.peek(magic.length)); ) {
    if (!(await skipHead(queue))) return damaged(endsInside);
    let isWhole = true;
    const told: Damaged = (what) => {
      isWhole = false;
      damaged(what);
    };
    const plain = new SummedBytes(unpackedBytes('deflate', queue, told, pieceBytes));
    try {
      for await (const piece of plain) yield piece;
    } finally {
      await plain.close();
    }
    if (!isWhole) return;
    const sums = await queue.take(sumBytes);
    if (sums.length < sumBytes) return damaged(endsInside);
    const isSame = sums.readUInt32LE(0) === plain.sum && sums.readUInt32LE(4) === plain.length % 2 ** 32;
    if (!isSame) damaged('is damaged: its check sum is another');
    pieceBytes = Math.min(Math.max(plain.length + 1, leastPieceBytes), mostPieceBytes);
  }
}

/** @returns false where it ends, or where it is none */
const skipHead = async (queue: ByteQueue): Promise<boolean> => {
  const head = await queue.take(headBytes);
  const has = (flag: number): boolean => ((head[3] ?? 0) & flag) !== 0;
  if (head.length < headBytes) return false;
  if (has(flags.extra)) {
    const size = await queue.take(2);
    if (size.length < 2 || !(await skip(queue, size.readUInt16LE(0)))) return false;
  }
  for (const flag of [flags.name, flags.comment]) if (has(flag) && !(await skipText(queue))) return false;
  return !has(flags.headSum) || (await skip(queue, 2));
};

const skip = async (queue: ByteQueue, count: number): Promise<boolean> => (await queue.take(count)).length === count;

const skipText = async (queue: ByteQueue): Promise<boolean> => {
  for (let count = 0; count < mostTextBytes; count += 1) {
    const byte = (await queue.take(1))[0];
    if (byte === undefined) return false;
    if (byte === 0) return true;
  }
  return false;
};
