/** Unpacks bytes as they come: gzip, zstd and what zip archives hold, also where several of them stand one behind the other. */
import { constants, createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ByteQueue } from './byte-queue.ts';

const pieceBytes = 256 * 1024;
/** 128 MB, as zstd itself takes without --long. */
const zstdWindowLog = 27;

const unpackers = {
  gzip: () => createGunzip({ chunkSize: pieceBytes }),
  deflate: () => createInflateRaw({ chunkSize: pieceBytes }),
  zstd: () =>
    createZstdDecompress({ chunkSize: pieceBytes, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog } }),
} as const;
export type Unpacker = keyof typeof unpackers;
type Unpacking = ReturnType<(typeof unpackers)[Unpacker]>;

/** @param isOne whether bytes begin one that can be unpacked @param damaged told in words what could not be read */
export async function* unpackedBytes(
  unpacker: Unpacker,
  queue: ByteQueue,
  isOne: (head: Buffer) => boolean,
  damaged: (what: string) => void,
): AsyncGenerator<Buffer> {
  while (isOne(await queue.peek(4))) {
    const unpacking = unpackers[unpacker]();
    const feeding = feed(unpacking, queue);
    try {
      for await (const piece of unpacking) yield piece as Buffer;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined || !/^(Z_|ZSTD_|ERR_ZSTD)/.test(code)) throw error;
      damaged(code === 'Z_BUF_ERROR' ? 'ends in the middle of what is packed' : 'is damaged: read up to there');
      return;
    } finally {
      unpacking.destroy();
      await feeding;
    }
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
