/** What is taken of bytes is added up, for the check sum of what they came from. */
import { crc32 } from 'node:zlib';

export class SummedBytes implements AsyncIterable<Buffer> {
  readonly #pieces: AsyncGenerator<Buffer>;
  /** CRC-32. */
  sum = 0;
  length = 0;

  constructor(pieces: AsyncGenerator<Buffer>) {
    this.#pieces = pieces;
  }

  /** Those that were not taken yet. */
  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return {
      next: async () => {
        const next = await this.#pieces.next();
        if (next.done !== true) {
          this.sum = crc32(next.value, this.sum);
          this.length += next.value.length;
        }
        return next;
      },
    };
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }
}
