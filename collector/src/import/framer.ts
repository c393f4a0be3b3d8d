/**
 * Splits a stream of bytes into records, whatever it holds: lines of text, JSON values one a line, one after the other or over
 * many lines, and huge JSON arrays, by their elements. All of these may follow each other in one file. It holds no more than
 * one chunk and one record.
 *
 *   A JSON value begins at the beginning of a line, or right behind another one. What begins so and turns out to be none is
 *   a line of text, and the next line is looked at anew.
 */
import { type Chunk, exampleBytes, maxLineBytes, maxValueBytes, pieceKinds } from './chunk.ts';
import { ElementGroups, separators } from './element-groups.ts';
import { HeldBytes, newline } from './held-bytes.ts';
import { JsonWalk } from './json-walk.ts';

const braces: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** What a thread has of it at once, as text and as rows, then lies in its caches: a megabyte takes a third longer. */
const usualChunkBytes = 256 * 1024;
const pieceBytes = 1024 * 1024;

type Mode = 'line start' | 'behind a value' | 'text' | 'value' | 'rest of a line' | 'rest of a value';

export class Framer {
  readonly #chunkBytes: number;
  readonly #held = new HeldBytes();
  readonly #groups = new ElementGroups(this.#held);
  readonly #walk = new JsonWalk();
  #isBegin = true;
  #mode: Mode = 'line start';
  #at = 0;
  /** Of the line or value that is looked at. */
  #start = 0;
  #ready: Chunk[] = [];

  /** @param chunkBytes least bytes of a chunk */
  constructor(chunkBytes = usualChunkBytes) {
    this.#chunkBytes = chunkBytes;
  }

  /** @returns the chunks that are whole now */
  push(bytes: Uint8Array): Chunk[] {
    // In pieces, so that what is held does not depend on how much comes at once.
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      this.#held.append(bytes.subarray(from, from + pieceBytes));
      this.#scan(false);
    }
    return this.#ready.splice(0);
  }

  /** There is no more. @returns the last chunks */
  end(): Chunk[] {
    this.#scan(true);
    if (this.#held.hasPieces) this.#ready.push(this.#held.cut(this.#held.end));
    return this.#ready.splice(0);
  }

  #scan(isEnd: boolean): void {
    const held = this.#held;
    if (this.#isBegin && (isEnd || held.end >= byteOrderMark.length)) {
      this.#isBegin = false;
      if (byteOrderMark.equals(held.slice(0, byteOrderMark.length))) this.#at = byteOrderMark.length;
    }
    if (this.#isBegin) return;
    while (this.#step(isEnd));
  }

  /** @returns whether there may be more to do with what has come */
  #step(isEnd: boolean): boolean {
    switch (this.#mode) {
      case 'line start':
      case 'behind a value':
        return this.#beginRecord();
      case 'text':
        return this.#readLine(isEnd);
      case 'value':
      case 'rest of a value':
        return this.#readValue(isEnd);
      case 'rest of a line':
        return this.#skipLine();
    }
  }

  #beginRecord(): boolean {
    const held = this.#held;
    if (this.#mode === 'behind a value') {
      while (this.#at < held.end && separators.has(held.at(this.#at))) this.#at += 1;
    }
    if (this.#at >= held.end) return false;
    const byte = held.at(this.#at);
    this.#mayCut();
    this.#start = this.#at;
    if (byte === newline && this.#mode === 'behind a value') {
      this.#at += 1;
      this.#mode = 'line start';
    } else if (braces.has(byte)) {
      this.#mode = 'value';
      this.#walk.begin();
      this.#groups.beginValue(this.#start);
    } else this.#mode = 'text';
    return true;
  }

  #readLine(isEnd: boolean): boolean {
    const held = this.#held;
    const end = held.newlineFrom(this.#at);
    if (end === -1 && held.end - this.#start <= maxLineBytes) {
      this.#at = held.end;
      if (!isEnd || this.#start === held.end) return false;
      held.tell(pieceKinds.lastLine, this.#start, held.end);
      this.#start = held.end;
      this.#mode = 'line start';
      return false;
    }
    const isTooLong = (end === -1 ? held.end : end) - this.#start > maxLineBytes;
    if (isTooLong) held.tell(pieceKinds.tooLong, this.#start, this.#start + exampleBytes);
    if (end === -1) {
      this.#mode = 'rest of a line';
      this.#at = held.end;
      held.drop(this.#at);
      return false;
    }
    this.#at = end + 1;
    this.#mode = 'line start';
    if (!isTooLong) held.tell(pieceKinds.lines, this.#start, this.#at);
    return true;
  }

  #skipLine(): boolean {
    const end = this.#held.newlineFrom(this.#at);
    this.#at = end === -1 ? this.#held.end : end + 1;
    this.#held.drop(this.#at);
    if (end === -1) return false;
    this.#mode = 'line start';
    return true;
  }

  #readValue(isEnd: boolean): boolean {
    const isTooLong = this.#mode === 'rest of a value';
    const held = this.#held;
    const limit = isTooLong ? held.end : Math.min(held.end, this.#groups.unitStart + maxValueBytes);
    this.#at = held.walked((bytes, base) => this.#walk.run(bytes, this.#at, limit, base));
    switch (this.#walk.event) {
      case 'array':
        // It is long before it has any array, or its key is.
        if (isTooLong || !this.#groups.beginArray(this.#at, this.#walk.keyStart)) this.#walk.passArray();
        return true;
      case 'element':
        this.#endElement(isTooLong);
        return true;
      case 'array end':
        this.#groups.endArray();
        return true;
      case 'value':
        if (!this.#groups.endValue() && !isTooLong) held.tell(pieceKinds.value, this.#start, this.#at);
        this.#mode = 'behind a value';
        return true;
      case 'error':
        this.#recover(isTooLong);
        return true;
      case 'more':
        if (limit < held.end) {
          this.#groups.split();
          held.tell(pieceKinds.tooLong, this.#groups.unitStart, this.#groups.unitStart + exampleBytes);
          this.#mode = 'rest of a value';
          return true;
        }
        if (isTooLong) held.drop(this.#at);
        return isEnd && this.#endInValue(isTooLong);
    }
  }

  #endElement(isTooLong: boolean): void {
    if (isTooLong) {
      // The next one may be shorter.
      this.#mode = 'value';
      this.#groups.passElement(this.#at);
    } else if (this.#groups.endElement(this.#at)) this.#mayCut();
  }

  /** This is no JSON: elements that were whole are told, and the rest is lines of text. */
  #recover(isTooLong: boolean): void {
    if (isTooLong) {
      this.#mode = 'rest of a line';
      return;
    }
    const errorAt = this.#at;
    if (!this.#groups.giveUp()) {
      this.#at = this.#start;
      this.#mode = 'text';
      return;
    }
    this.#at = this.#groups.rest;
    const example = this.#held.slice(this.#at, Math.min(errorAt, this.#at + exampleBytes));
    const lineEnd = example.indexOf(newline);
    this.#held.tell(pieceKinds.cutOff, this.#at, this.#at + (lineEnd === -1 ? example.length : lineEnd));
    this.#mode = 'rest of a line';
  }

  /** @returns whether there is more to look at: lines behind one that is cut off */
  #endInValue(isTooLong: boolean): boolean {
    this.#mode = 'line start';
    if (isTooLong) return false;
    if (this.#groups.giveUp()) {
      this.#held.tell(pieceKinds.cutOff, this.#groups.rest, this.#groups.rest + exampleBytes);
      return false;
    }
    this.#at = this.#start;
    this.#mode = 'text';
    return true;
  }

  /** Here a record ends. */
  #mayCut(): void {
    if (this.#held.hasBefore(this.#at, this.#chunkBytes)) this.#ready.push(this.#held.cut(this.#at));
  }
}
