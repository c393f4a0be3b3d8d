/**
 * The elements of a long array, in groups, each with what stood before the array: readers see smaller values of the same shape.
 * So are told arrays that are all of a value, and those right in an object.
 */
import type { Opening } from './chunk.ts';
import { type HeldBytes, newline } from './held-bytes.ts';

/** Elements are told in groups of so many bytes. */
const groupBytes = 1024 * 1024;
/** What stands before such an array is told with each group, unless it is longer. */
const maxOpeningBytes = 64 * 1024;
/** Between JSON values: blanks, commas, and what RFC 7464 puts there. */
export const separators: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x2c, 0x1e]);

/** Of one value after the other. */
export class ElementGroups {
  readonly #held: HeldBytes;
  /** What of this value was not told begins here. */
  unitStart = 0;
  /** Some of it was told. */
  isSplit = false;
  #inArray = false;
  #start = 0;
  /** Of the first element that was not told, and behind the last one that ended. */
  #groupStart = 0;
  #elementEnd = 0;
  #opening: Opening | undefined;
  /** The value up to the last array, before any of it was told. */
  #head: Uint8Array | undefined;

  constructor(held: HeldBytes) {
    this.#held = held;
  }

  /** Where the first element is that was not told. */
  get rest(): number {
    return this.#groupStart;
  }

  beginValue(start: number): void {
    this.#start = start;
    this.unitStart = start;
    this.isSplit = false;
    this.#inArray = false;
    this.#head = undefined;
  }

  /** @param at behind its bracket @param keyStart of its name in an object @returns whether its elements are told apart */
  beginArray(at: number, keyStart: number): boolean {
    const isWhole = at - this.#start === 1;
    if (!isWhole && at - keyStart > maxOpeningBytes) return false;
    if (isWhole) this.#opening = { before: Buffer.from('['), after: ']' };
    else {
      if (!this.isSplit && keyStart - this.#start <= maxOpeningBytes) {
        this.#head = Buffer.from(this.#held.slice(this.#start, keyStart));
      }
      const key = this.#held.slice(keyStart, at);
      this.#opening = { before: Buffer.concat([this.#head ?? Buffer.from('{'), key]), after: ']}' };
    }
    this.#inArray = true;
    this.#groupStart = at;
    this.#elementEnd = at;
    return true;
  }

  /** @returns whether a group was told with it */
  endElement(at: number): boolean {
    this.#elementEnd = at;
    if (at - this.unitStart < groupBytes) return false;
    this.isSplit = true;
    this.#tellUpTo(at);
    return true;
  }

  /** One that was too long has ended. */
  passElement(at: number): void {
    this.#elementEnd = at;
    this.#groupStart = at;
    this.unitStart = at;
  }

  endArray(): void {
    if (this.isSplit) this.#tellUpTo(this.#elementEnd);
    this.#inArray = false;
  }

  /** @returns whether it was told in groups */
  endValue(): boolean {
    if (this.isSplit && this.#inArray) this.#tellUpTo(this.#elementEnd);
    return this.isSplit;
  }

  /** One element, or the value as a whole, is too long: what was whole before it is told. */
  split(): void {
    if (!this.#inArray) return;
    this.isSplit = true;
    this.#tellUpTo(this.#elementEnd);
  }

  /** What goes on is no JSON. @returns whether the elements that were whole are told now, or some were before */
  giveUp(): boolean {
    const hasElements = this.#inArray && this.#elementEnd > this.#groupStart;
    if (hasElements) this.#tellUpTo(this.#elementEnd);
    return hasElements || this.isSplit;
  }

  /** If there are any. */
  #tellUpTo(end: number): void {
    let from = this.#groupStart;
    while (from < end && (separators.has(this.#held.at(from)) || this.#held.at(from) === newline)) from += 1;
    if (from < end && this.#opening !== undefined) this.#held.tellGroup(this.#opening, from, end);
    this.#groupStart = end;
    this.unitStart = end;
  }
}
