/** Bytes that are written from front to back into memory that is used again and again. Little-endian, as ClickHouse has them. */

const initialBytes = 64 * 1024;
/** After something unusually large, memory goes back to this much. */
const mostKeptBytes = 16 * 1024 * 1024;

export class GrowingBytes {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  clear(): void {
    this.#at = 0;
  }

  uint8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  uint16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  uint32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  uint64(value: bigint): void {
    this.#room(8);
    this.#view.setBigUint64(this.#at, value, true);
    this.#at += 8;
  }

  /** An integer of up to 53 bits. */
  varint(value: number): void {
    this.#room(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  /** Length and UTF-8; half of a surrogate pair becomes U+FFFD. */
  text(value: string): void {
    // A unit of UTF-16 is three bytes at most.
    this.#room(value.length * 3 + 8);
    if (value.length < 0x80) {
      // Nearly always one byte tells the length, which is known once the text is written.
      const length = this.#bytes.write(value, this.#at + 1, 'utf8');
      if (length < 0x80) {
        this.#bytes[this.#at] = length;
        this.#at += length + 1;
        return;
      }
    }
    this.varint(Buffer.byteLength(value, 'utf8'));
    this.#at += this.#bytes.write(value, this.#at, 'utf8');
  }

  hex(value: string): void {
    this.#room(value.length / 2);
    this.#at += this.#bytes.write(value, this.#at, 'hex');
  }

  /** Turns the bytes of each eight from here on around. */
  swap64(from: number): void {
    this.#bytes.subarray(from, this.#at).swap64();
  }

  /** What was written, in memory of its own that can be handed to another thread. Writing begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.buffer.slice(0, this.#at));
    this.#at = 0;
    if (this.#bytes.length > mostKeptBytes) this.#hold(Buffer.allocUnsafeSlow(initialBytes));
    return taken;
  }

  #room(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#hold(larger);
  }

  #hold(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
