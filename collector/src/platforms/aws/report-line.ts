/**
 * REPORT lines as an export to S3 has them, read from their bytes: `2026-11-22T10:00:00.123Z REPORT RequestId: <UUID>`, and
 * figures. A million of them a second leave no time to make texts. What is not exactly as Lambda writes it, and what has more
 * than figures, is left to lambda-log.ts, which reads the very same from these lines, but slower.
 */

import { dayMs, impossibleMs, secondsOf } from './timestamps.ts';

const tab = 0x09;
const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const dash = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;

const stampLength = '2026-11-22T10:00:00.123Z'.length;
const head = Buffer.from(' REPORT RequestId: ');
export const idLength = 36;
/** Of its bytes up to the figures. */
const shortest = stampLength + head.length + idLength + 1;
/** Of which a number holds each. */
const mostDigits = 16;

const labels = {
  duration: Buffer.from('Duration: '),
  billed: Buffer.from('Billed Duration: '),
  memorySize: Buffer.from('Memory Size: '),
  memoryUsed: Buffer.from('Max Memory Used: '),
  init: Buffer.from('Init Duration: '),
  restore: Buffer.from('Restore Duration: '),
} as const;

/** 1 = a digit of base 16 as Lambda writes it. */
const isHex = new Uint8Array(256);
for (const digit of '0123456789abcdef') isHex[digit.charCodeAt(0)] = 1;
const dashes: readonly number[] = [8, 13, 18, 23];

/** One object for all lines: read it before the next one. Figures are ms and MB; NaN = not there. */
export class ReportLine {
  /** When it was written, milliseconds since 1970. */
  atMs = Number.NaN;
  messageAt = 0;
  idAt = 0;
  /** Where the next line begins. */
  end = 0;
  duration = Number.NaN;
  billed = Number.NaN;
  memorySize = Number.NaN;
  memoryUsed = Number.NaN;
  init = Number.NaN;
  restore = Number.NaN;
  readonly status = '';
  readonly errorType = '';
  /** Behind the figure that was read last, if it was one. */
  #at = 0;
  #isFigure = false;
  /** Lines that follow each other are nearly all of one day. */
  #day = Number.NaN;
  #dayMs = 0;

  /** @returns whether this is one, with its end */
  read(bytes: Uint8Array, from: number): boolean {
    if (bytes.length - from < shortest || !this.#readStamp(bytes, from)) return false;
    const headAt = from + stampLength;
    for (let at = 0; at < head.length; at += 1) if (bytes[headAt + at] !== head[at]) return false;
    this.messageAt = headAt + 1;
    this.idAt = headAt + head.length;
    return isId(bytes, this.idAt) && this.#readFigures(bytes, this.idAt + idLength);
  }

  /** `dddd-dd-ddTdd:dd:dd.dddZ` */
  #readStamp(bytes: Uint8Array, at: number): boolean {
    const isStamp =
      bytes[at + 4] === dash &&
      bytes[at + 7] === dash &&
      bytes[at + 10] === 0x54 &&
      bytes[at + 13] === colon &&
      bytes[at + 16] === colon &&
      bytes[at + 19] === dot &&
      bytes[at + 23] === 0x5a;
    if (!isStamp) return false;
    const date =
      pair(bytes, at) * 1_000_000 + pair(bytes, at + 2) * 10_000 + pair(bytes, at + 5) * 100 + pair(bytes, at + 8);
    const seconds = secondsOf(pair(bytes, at + 11), pair(bytes, at + 14), pair(bytes, at + 17));
    const ms = pair(bytes, at + 20) * 10 + digit(bytes, at + 22);
    this.atMs = seconds * 1_000 + ms;
    // NaN where any of them is no digit.
    if (!(this.atMs >= 0 && date >= 0)) return false;
    if (date !== this.#day) {
      this.#day = date;
      this.#dayMs = dayMs(date);
    }
    this.atMs += this.#dayMs;
    return this.atMs !== impossibleMs;
  }

  #readFigures(bytes: Uint8Array, from: number): boolean {
    this.duration = this.billed = this.memorySize = this.memoryUsed = this.init = this.restore = Number.NaN;
    if (!isBlank(bytes[from] as number)) return false;
    for (let at = from; at < bytes.length; ) {
      const byte = bytes[at] as number;
      if (isBlank(byte)) at += 1;
      else if (byte === newline) {
        this.end = at + 1;
        return !Number.isNaN(this.duration);
      } else {
        if (!this.#readFigure(bytes, at, byte)) return false;
        at = this.#at;
      }
    }
    return false;
  }

  /** Labels are told apart by their first letters. */
  #readFigure(bytes: Uint8Array, at: number, first: number): boolean {
    switch (first) {
      case 0x44:
        this.duration = this.#figure(bytes, at, labels.duration);
        break;
      case 0x42:
        this.billed = this.#figure(bytes, at, labels.billed);
        break;
      case 0x4d:
        if (bytes[at + 1] === 0x65) this.memorySize = this.#figure(bytes, at, labels.memorySize);
        else this.memoryUsed = this.#figure(bytes, at, labels.memoryUsed);
        break;
      case 0x49:
        this.init = this.#figure(bytes, at, labels.init);
        break;
      case 0x52:
        this.restore = this.#figure(bytes, at, labels.restore);
        break;
      default:
        return false;
    }
    return this.#isFigure;
  }

  /** With its unit, `ms` or `MB`. A line ends before the bytes do, and nothing that is looked for goes over its end. */
  #figure(bytes: Uint8Array, labelAt: number, label: Uint8Array): number {
    this.#isFigure = false;
    for (let at = 1; at < label.length; at += 1) if (bytes[labelAt + at] !== label[at]) return Number.NaN;
    const from = labelAt + label.length;
    let at = from;
    let value = 0;
    let byte = bytes[at] as number;
    for (; byte >= zero && byte < colon; byte = bytes[++at] as number) value = value * 10 + (byte - zero);
    if (byte === dot) {
      let scale = 1;
      for (byte = bytes[++at] as number; byte >= zero && byte < colon; byte = bytes[++at] as number) {
        value = value * 10 + (byte - zero);
        scale *= 10;
      }
      value /= scale;
    }
    this.#isFigure =
      byte === space &&
      at > from &&
      at < from + mostDigits &&
      ((bytes[at + 1] === 0x6d && bytes[at + 2] === 0x73) || (bytes[at + 1] === 0x4d && bytes[at + 2] === 0x42));
    this.#at = at + 3;
    return value;
  }
}

const isBlank = (byte: number): boolean => byte === tab || byte === space || byte === carriageReturn;

/** A UUID in lower case. */
const isId = (bytes: Uint8Array, at: number): boolean => {
  for (const place of dashes) if (bytes[at + place] !== dash) return false;
  let digits = 0;
  for (let place = 0; place < idLength; place += 1) digits += isHex[bytes[at + place] as number] as number;
  return digits === idLength - dashes.length;
};

/** NaN where it is none. */
const digit = (bytes: Uint8Array, at: number): number => {
  const value = (bytes[at] as number) - zero;
  return value >= 0 && value <= 9 ? value : Number.NaN;
};

const pair = (bytes: Uint8Array, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);
