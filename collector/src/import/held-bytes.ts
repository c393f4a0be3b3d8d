/**
 * The bytes that have come and are in no chunk yet, and what those of them are that were told. Places are counted from the
 * beginning of the file.
 */
import { type Chunk, type Opening, pieceKinds } from './chunk.ts';

export const newline = 0x0a;
const usualBytes = 2 * 1024 * 1024;

export class HeldBytes {
  #bytes = Buffer.allocUnsafeSlow(usualBytes);
  #length = 0;
  /** Of the first of them, as if none had been let go of. */
  #base = 0;
  /** Bytes of this chunk that were let go of. */
  #dropped = 0;
  #pieces: number[] = [];
  #openings: Opening[] = [];

  /** Behind the last one. */
  get end(): number {
    return this.#base + this.#length;
  }

  get hasPieces(): boolean {
    return this.#pieces.length > 0;
  }

  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  at(place: number): number {
    return this.#bytes[place - this.#base] as number;
  }

  /** They are there until something else happens. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(from - this.#base, Math.min(to - this.#base, this.#length));
  }

  /** -1 = it has not come. */
  newlineFrom(place: number): number {
    // What lies behind the length was looked at before: a copy of it would be what this takes most of its time for.
    const end = this.#bytes.indexOf(newline, place - this.#base);
    return end !== -1 && end < this.#length ? this.#base + end : -1;
  }

  /** Walks over them with something that knows no places but those of its bytes. */
  walked<Result>(walk: (bytes: Uint8Array, base: number) => Result): Result {
    return walk(this.#bytes, this.#base);
  }

  /** What those of a piece are; lines that follow each other are one. */
  tell(kind: number, start: number, end: number): void {
    const [from, to] = [start - this.#base, Math.min(end - this.#base, this.#length)];
    const last = this.#pieces.length - 3;
    const isRun = kind === pieceKinds.lines && this.#pieces[last] === kind && this.#pieces[last + 2] === from;
    if (isRun) this.#pieces[last + 2] = to;
    else this.#pieces.push(kind, from, to);
  }

  /** Some elements of an array. */
  tellGroup(opening: Opening, start: number, end: number): void {
    if (this.#openings.at(-1) !== opening) this.#openings.push(opening);
    this.tell(pieceKinds.group + this.#openings.length - 1, start, end);
  }

  /** Whether what stands before a place, where a record ends, is as much as this. */
  hasBefore(place: number, bytes: number): boolean {
    return place - this.#base + this.#dropped >= bytes && this.hasPieces;
  }

  /** What stands before a place becomes a chunk. */
  cut(place: number): Chunk {
    const count = place - this.#base;
    const bytes = Buffer.allocUnsafeSlow(count);
    this.#bytes.copy(bytes, 0, 0, count);
    const chunk = { bytes, pieces: Int32Array.from(this.#pieces), openings: this.#openings };
    this.#pieces = [];
    this.#openings = [];
    this.#dropped = 0;
    this.#remove(0, count);
    return chunk;
  }

  /** Lets go of what was looked at up to a place, and not told. */
  drop(upTo: number): void {
    const from = this.#pieces.at(-1) ?? 0;
    const count = upTo - this.#base - from;
    if (count <= 0) return;
    this.#dropped += count;
    this.#remove(from, count);
  }

  #remove(from: number, count: number): void {
    this.#bytes.copyWithin(from, from + count, this.#length);
    this.#length -= count;
    this.#base += count;
  }
}
