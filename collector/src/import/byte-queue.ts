/** Bytes that come in pieces of any size, taken in pieces as long as they are wanted. */

export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes, left where they are: fewer only at the end. */
  async peek(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const next = await this.#source.next();
      if (next.done) break;
      this.#held = this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value]);
    }
    return this.#held.subarray(0, count);
  }

  /** Fewer only at the end. */
  async take(count: number): Promise<Buffer> {
    const taken = await this.peek(count);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  /** The next piece as it comes; `null` at the end. */
  async next(): Promise<Buffer | null> {
    if (this.#held.length === 0) await this.peek(1);
    const piece = this.#held;
    this.#held = Buffer.alloc(0);
    return piece.length === 0 ? null : piece;
  }

  /** What was taken too much. */
  putBack(bytes: Buffer): void {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([bytes, this.#held]);
  }

  /** So many bytes, or all that are left, piece by piece. */
  async *rest(count = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#held.length === 0) await this.peek(1);
      if (this.#held.length === 0) return;
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Whoever gives the bytes may let go of what it holds. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
