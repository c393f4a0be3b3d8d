/**
 * Reads the records of a file, chunk by chunk. What a record tells of those behind it is remembered over all chunks of the file,
 * so it does not matter where they end; it is bounded, whatever the length of the file.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { AskedFormats, type FormatCounts, type Reading } from './asked-formats.ts';
import { type Chunk, pieceKinds } from './chunk.ts';

const newline = 0x0a;
const windowBytes = 32 * 1024;

/** Of one file. */
export class FileReading {
  readonly #asked: AskedFormats;

  constructor(reading: Reading) {
    this.#asked = new AskedFormats(reading);
  }

  /** The next chunk. @param isLast there is no other @returns how many of its records were of which format */
  read(chunk: Chunk, isLast: boolean): FormatCounts {
    readPieces(chunk, this.#asked);
    if (isLast) this.#asked.end();
    return this.#asked.takeCounts();
  }
}

const readPieces = ({ bytes, pieces, openings }: Chunk, asked: AskedFormats): void => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts = new Texts(buffer);
  for (let at = 0; at < pieces.length; at += 3) {
    const [kind, from, to] = [pieces[at] as number, pieces[at + 1] as number, pieces[at + 2] as number];
    if (kind === pieceKinds.lines) {
      readLines(buffer.subarray(from, to), asked);
      continue;
    }
    const text = texts.of(from, to);
    if (kind === pieceKinds.tooLong) asked.notKnown('too long', text ?? '');
    else if (kind === pieceKinds.cutOff) asked.notKnown('cut off', text ?? '');
    else if (text === null) asked.notUtf8(buffer.subarray(from, to));
    else if (kind === pieceKinds.lastLine) asked.line(text, true);
    else if (kind === pieceKinds.value) asked.json(text);
    else {
      const { before, after } = openings[kind - pieceKinds.group] as Chunk['openings'][number];
      asked.json(`${Buffer.from(before).toString()}${text}${after}`);
    }
  }
};

/** Pieces as texts: of short ones many are made at once. */
class Texts {
  readonly #bytes: Buffer;
  #from = 0;
  #to = 0;
  #latin1 = '';
  #isPlain = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** `null` for what is no UTF-8. */
  of(from: number, to: number): string | null {
    if (to > this.#to) this.#take(from, Math.max(to, Math.min(from + windowBytes, this.#bytes.length)));
    if (this.#isPlain) return this.#latin1.slice(from - this.#from, to - this.#from);
    const bytes = this.#bytes.subarray(from, to);
    return isUtf8(bytes) ? bytes.toString() : null;
  }

  /** Where all is ASCII, which is checked faster than anything else, a place in the text is a place in the bytes. */
  #take(from: number, to: number): void {
    const bytes = this.#bytes.subarray(from, to);
    [this.#from, this.#to] = [from, to];
    this.#isPlain = isAscii(bytes);
    if (this.#isPlain) this.#latin1 = bytes.toString('latin1');
  }
}

/** Some at once, of which the text still lies where what is new does: one of 256 kB takes as long to make as to read. */
const readLines = (piece: Buffer, asked: AskedFormats): void => {
  for (let from = 0; from < piece.length; ) {
    const lastEnd = piece.lastIndexOf(newline, from + windowBytes);
    const end = lastEnd < from ? piece.indexOf(newline, from) : lastEnd;
    readWindow(piece.subarray(from, end + 1), asked);
    from = end + 1;
  }
};

/** Each line is a text of its own, or none. */
const readWindow = (bytes: Buffer, asked: AskedFormats): void => {
  const latin1 = bytes.toString('latin1');
  // Where all is ASCII, which is checked faster than anything else, that is the text.
  const isPlain = isAscii(bytes);
  for (let from = asked.lines(bytes, latin1, 0); from < bytes.length; from = asked.lines(bytes, latin1, from)) {
    const end = latin1.indexOf('\n', from);
    const line = bytes.subarray(from, end);
    if (isPlain) asked.line(latin1.slice(from, end), false);
    else if (isUtf8(line)) asked.line(line.toString(), false);
    else asked.notUtf8(line);
    from = end + 1;
  }
};
