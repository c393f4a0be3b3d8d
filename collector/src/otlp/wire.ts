/** The protobuf wire format: varints, fixed fields, length-delimited fields, and how to skip what is unknown. */

import { MalformedBody } from '../reading/limits.ts';
import { internedText } from './interned.ts';

export const wireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** Deepest nesting of unknown groups that is skipped. */
const maxGroupDepth = 32;

/**
 * Reads one buffer from front to back. Every read is checked against the end of the message it is in. A sub-message is read as
 *
 *     const outer = reader.enter();
 *     while (reader.nextField()) ...
 *     reader.leave(outer);
 */
export class WireReader {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  #at = 0;
  #end: number;
  /** Of the field that {@link nextField} found. */
  field = 0;
  type = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** Moves to the next field of the current message; false at its end. */
  nextField(): boolean {
    if (this.#at === this.#end) return false;
    this.#readTag();
    if (this.type === wireType.groupEnd) throw new MalformedBody('A group ends that was never started.');
    return true;
  }

  /** @throws {@link MalformedBody} when the current field is not of this wire type. */
  expect(type: number): void {
    if (this.type !== type) {
      throw new MalformedBody(`Field ${this.field} has wire type ${this.type} where ${type} belongs.`);
    }
  }

  /** Begins the sub-message that the current field is. @returns what {@link leave} wants */
  enter(): number {
    const end = this.#lengthDelimitedEnd();
    const outerEnd = this.#end;
    this.#end = end;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** In memory of their own: what is kept of a body must not keep all of it. */
  bytes(): Buffer {
    const end = this.#lengthDelimitedEnd();
    const value = Buffer.from(this.#buffer.subarray(this.#at, end));
    this.#at = end;
    return value;
  }

  /** What the current field holds, as a key to know the same bytes by, if it is no longer than this; nothing is read yet. */
  peek(longest: number): string | null {
    const before = this.#at;
    const end = this.#lengthDelimitedEnd();
    const key = end - this.#at <= longest ? this.#buffer.toString('latin1', this.#at, end) : null;
    this.#at = before;
    return key;
  }

  /** Invalid UTF-8 becomes U+FFFD: one bad string must not cost the sender the whole batch. */
  string(): string {
    const end = this.#lengthDelimitedEnd();
    const value = internedText(this.#buffer, this.#at, end);
    this.#at = end;
    return value;
  }

  hex(): string {
    const end = this.#lengthDelimitedEnd();
    const value = this.#buffer.toString('hex', this.#at, end);
    this.#at = end;
    return value;
  }

  double(): number {
    return this.#view.getFloat64(this.#fixed(wireType.fixed64, 8), true);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#fixed(wireType.fixed64, 8), true);
  }

  /** An int64: a number where it is exact, a bigint beyond. */
  int64(): number | bigint {
    this.expect(wireType.varint);
    const small = this.#shortVarint();
    if (small >= 0) return small;
    const value = BigInt.asIntN(64, this.#varint());
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  /** An enum or int32; 64-bit values are cut to 32 bits, as the format's specification says. */
  int32(): number {
    this.expect(wireType.varint);
    const small = this.#shortVarint();
    return small >= 0 ? small : Number(BigInt.asIntN(32, this.#varint()));
  }

  bool(): boolean {
    this.expect(wireType.varint);
    const small = this.#shortVarint();
    return small >= 0 ? small !== 0 : this.#varint() !== 0n;
  }

  /** Skips the current field, groups with all they hold included. */
  skip(): void {
    const openGroups: number[] = [];
    do {
      if (this.type === wireType.groupStart) {
        openGroups.push(this.field);
        if (openGroups.length > maxGroupDepth) throw new MalformedBody('Unknown groups are nested too deeply.');
      } else if (this.type === wireType.groupEnd) {
        if (openGroups.pop() !== this.field) throw new MalformedBody('A group ends that was never started.');
      } else {
        this.#skipValue();
      }
      if (openGroups.length > 0) this.#readTag();
    } while (openGroups.length > 0);
  }

  #skipValue(): void {
    if (this.type === wireType.varint) this.#varint();
    else if (this.type === wireType.bytes) this.#at = this.#lengthDelimitedEnd();
    else this.#fixed(this.type, this.type === wireType.fixed64 ? 8 : 4);
  }

  #readTag(): void {
    const tag = this.#smallVarint('field number');
    this.field = tag >>> 3;
    this.type = tag & 7;
    if (this.field === 0) throw new MalformedBody('Field number 0 is not allowed.');
    if (this.type > wireType.fixed32) throw new MalformedBody(`Wire type ${this.type} does not exist.`);
  }

  #lengthDelimitedEnd(): number {
    this.expect(wireType.bytes);
    const length = this.#smallVarint('length');
    const end = this.#at + length;
    if (end > this.#end) throw new MalformedBody(`Field ${this.field} is longer than the message that holds it.`);
    return end;
  }

  /** The offset of a fixed-width value, after stepping over it. */
  #fixed(type: number, width: number): number {
    this.expect(type);
    const at = this.#at;
    if (at + width > this.#end) throw new MalformedBody('The message ends inside a fixed-width field.');
    this.#at = at + width;
    return at;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new MalformedBody('The message ends inside a number.');
    return this.#buffer[this.#at++] as number;
  }

  /** A number of up to 14 bits, which most are; -1, and nothing is read, where it is longer. */
  #shortVarint(): number {
    const at = this.#at;
    if (at + 1 >= this.#end) return -1;
    const first = this.#buffer[at] as number;
    if (first < 0x80) {
      this.#at = at + 1;
      return first;
    }
    const second = this.#buffer[at + 1] as number;
    if (second >= 0x80) return -1;
    this.#at = at + 2;
    return (first & 0x7f) | (second << 7);
  }

  /** Up to 32 bits, without a bigint: tags and lengths, so nearly every varint of a body. */
  #smallVarint(what: string): number {
    const short = this.#shortVarint();
    if (short >= 0) return short;
    let value = 0;
    let weight = 1;
    for (let count = 0; count < 5; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
      weight *= 128;
    }
    throw new MalformedBody(`A ${what} does not fit in 32 bits.`);
  }

  /** 64 bits; the eleventh byte is refused, surplus bits of the tenth are dropped as the specification says. */
  #varint(): bigint {
    let low = 0;
    let weight = 1;
    for (let count = 0; count < 4; count++) {
      const byte = this.#byte();
      low += (byte & 0x7f) * weight;
      if (byte < 0x80) return BigInt(low);
      weight *= 128;
    }
    let value = BigInt(low);
    for (let shift = 28n; shift <= 63n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedBody('A number is longer than 10 bytes.');
  }
}
