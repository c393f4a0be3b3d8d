/** Reads what log events come in, of whatever shape, also packed and in one another; see envelope-shapes.ts. */
import type { Telling } from '../../model/telling.ts';
import { exampleOf, kept } from '../fields.ts';
import type { Place } from '../format.ts';
import { shapeToRead } from './envelope-shapes.ts';
import { isInsightsRow } from './insights.ts';
import { LambdaLog } from './lambda-log.ts';
import { functionOfGroup, SourceRoom } from './log-sources.ts';
import { jsonOf, Unpacking } from './unpacking.ts';

const mostAccounts = 1_000;
/** A message in a record in an event; a gzip can hold itself. */
const mostDepth = 3;

export class Envelopes {
  readonly into: Telling;
  readonly #place: Place;
  /** By account: each has its own functions. */
  readonly #logs = new Map<string, LambdaLog>();
  readonly #room = new SourceRoom();
  #unpacking = new Unpacking();
  #depth = 0;
  /** What is read now as it was written: to write it again takes as long as to read it. '' = not at hand. */
  text = '';

  constructor(place: Place, into: Telling) {
    this.into = into;
    this.#place = place;
  }

  /** @param account '' = as the place says */
  logOf(account: string): LambdaLog {
    const known = this.#logs.get(account);
    if (known !== undefined) return known;
    const log = new LambdaLog(account === '' ? this.#place : { ...this.#place, account }, this.into, this.#room);
    if (this.#logs.size >= mostAccounts) this.#forgetOne();
    this.#logs.set(kept(account), log);
    return log;
  }

  /** The oldest, apart from that of lines which do not say theirs. */
  #forgetOne(): void {
    for (const account of this.#logs.keys()) {
      if (account === '') continue;
      this.#logs.delete(account);
      return;
    }
  }

  /** @param group of a log @returns '' where it says nothing of its function */
  functionOf(group: string): string {
    return functionOfGroup(group, this.#place) ?? '';
  }

  /** A new file or body: what it holds has the whole length again. */
  renew(): void {
    this.#unpacking = new Unpacking();
  }

  /**
   * Reads a whole JSON value, or an array of them.
   * @param text as it was written, where that is at hand
   * @throws OversizedBody for what is too much at once
   */
  read(value: unknown, text = ''): void {
    if (Array.isArray(value) && !isInsightsRow(value)) {
      for (const one of value) this.#one(one);
    } else this.#one(value, text);
  }

  /** @param data base64 of gzip or of text */
  packed(data: string): void {
    if (this.#depth === mostDepth) {
      this.#notKnown('unknown shape', data);
      return;
    }
    const bytes = this.#unpacking.base64(data);
    if (bytes === undefined) {
      this.#notKnown('cut off', data);
      return;
    }
    this.#depth += 1;
    try {
      this.unpacked(bytes);
    } finally {
      this.#depth -= 1;
    }
  }

  /** One JSON value, or several in lines of their own, or lines of text. */
  unpacked(bytes: Uint8Array): void {
    const value = jsonOf(bytes);
    if (value !== undefined) {
      this.read(value);
      return;
    }
    for (const line of new TextDecoder().decode(bytes).split('\n')) {
      if (line.trim() !== '') this.#line(line);
    }
  }

  #line(line: string): void {
    const value = line.startsWith('{') ? jsonOf(Buffer.from(line)) : undefined;
    if (value !== undefined) this.read(value);
    else this.logOf('').event({ message: line, atMs: Number.NaN, functionName: '', stream: undefined });
  }

  #one(value: unknown, text = ''): void {
    this.text = text;
    const shape = shapeToRead(value);
    if (shape !== undefined) shape.read(value, this);
    else this.#notKnown('unknown shape', exampleOf(value));
  }

  #notKnown(reason: Parameters<Telling['notKnown']>[0], example: string): void {
    this.into.records += 1;
    this.into.notKnown(reason, example);
  }
}
