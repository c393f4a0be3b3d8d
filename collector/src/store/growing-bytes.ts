/** Bytes that are written from front to back into memory that is used again and again. Little-endian, as ClickHouse has them. */

const initialBytes = 64 * 1024;
/** After something unusually large, memory goes back to this much. */
const mostKeptBytes = 16 * 1024 * 1024;

/** Where the two digits of each byte of a UUID stand. */
const uuidDigits = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** Of a lower-case digit of base 16. */
const digit = (code: number): number => (code < 0x3a ? code - 0x30 : code - 0x57);

export class GrowingBytes {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** Writing begins anew. */
  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > mostKeptBytes) this.#hold(Buffer.allocUnsafeSlow(initialBytes));
  }

  /** So many times the same byte. */
  fill(value: number, count: number): void {
    this.#room(count);
    this.#bytes.fill(value, this.#at, this.#at + count);
    this.#at += count;
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
    // The length stands before the text and is known after it: nearly always it is as wide as the number of units is.
    const width = value.length < 0x80 ? 1 : 2;
    const length = this.#bytes.write(value, this.#at + width, 'utf8');
    if (length < 0x80 && width === 1) {
      this.#bytes[this.#at] = length;
    } else if (length < 0x4000 && width === 2) {
      this.#bytes[this.#at] = (length & 0x7f) | 0x80;
      this.#bytes[this.#at + 1] = length >>> 7;
    } else {
      this.varint(length);
      this.#at += this.#bytes.write(value, this.#at, 'utf8');
      return;
    }
    this.#at += width + length;
  }

  /** Two integers of 64 bits, the first half of the digits first. */
  uuid(value: string): void {
    this.#room(16);
    for (let half = 0; half < 2; half++) {
      // Of `00112233-4455-6677-8899-aabbccddeeff`: the digits of each half, the last two first.
      for (let byte = 0; byte < 8; byte++) {
        const at = uuidDigits[half * 8 + 7 - byte] as number;
        this.#bytes[this.#at++] = (digit(value.charCodeAt(at)) << 4) | digit(value.charCodeAt(at + 1));
      }
    }
  }

  /** What was written; it is there until something else is. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
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
