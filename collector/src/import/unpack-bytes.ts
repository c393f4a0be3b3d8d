/** Unpacks bytes as they come: what gzip and zip hold, and zstd. */
import { constants, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ByteQueue } from './byte-queue.ts';

/** Of what is handed on. */
export const mostPieceBytes = 256 * 1024;
/** 128 MB, as zstd itself takes without --long. */
const zstdWindowLog = 27;

const unpackers = {
  deflate: (chunkSize: number) => createInflateRaw({ chunkSize }),
  zstd: (chunkSize: number) =>
    createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog } }),
} as const;
export type Unpacker = keyof typeof unpackers;
type Unpacking = ReturnType<(typeof unpackers)[Unpacker]>;

/** Told in words what could not be read. */
export type Damaged = (what: string) => void;

export const endsInside = 'ends in the middle of what is packed';
/** zlib does not give what it had of a piece when it met the damage. */
const damagedInside = `is damaged: up to ${mostPieceBytes / 1024} KB before that were not read, and nothing behind it`;

/** Of one that was packed; what is behind it stays in the queue. @returns whether it was whole */
export async function* unpackedBytes(
  unpacker: Unpacker,
  queue: ByteQueue,
  damaged: Damaged,
  pieceBytes = mostPieceBytes,
): AsyncGenerator<Buffer, boolean> {
  const unpacking = unpackers[unpacker](pieceBytes);
  const feeding = feed(unpacking, queue);
  try {
    for await (const piece of unpacking) yield piece as Buffer;
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^(Z_|ZSTD_|ERR_ZSTD)/.test(code)) throw error;
    damaged(code === 'Z_BUF_ERROR' ? endsInside : damagedInside);
    return false;
  } finally {
    unpacking.destroy();
    await feeding;
  }
}

/** Until the input is at its end, or the unpacker is: what is behind that goes back. Never throws. */
const feed = async (unpacking: Unpacking, queue: ByteQueue): Promise<void> => {
  let goOn = (): void => undefined;
  for (const event of ['end', 'error', 'close']) unpacking.on(event, () => goOn());
  for (let fed = 0; ; ) {
    const piece = await queue.next();
    if (piece === null) {
      unpacking.end();
      return;
    }
    // Where it ends, it does not call back.
    await new Promise<void>((resolve) => {
      goOn = resolve;
      unpacking.write(piece, () => resolve());
    });
    const used = unpacking.bytesWritten - fed;
    // It takes nothing more from where it has ended on, and need not have said so yet.
    if (used < piece.length) {
      queue.putBack(piece.subarray(used));
      return;
    }
    fed += piece.length;
  }
};
