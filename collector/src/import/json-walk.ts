/**
 * Walks over the bytes of a JSON value that comes piece by piece, and tells where it ends and where the elements of an array near
 * its top end. It looks at brackets, commas, colons and texts only: what stands between is for the parser. Anything that cannot be
 * JSON is an error at once, so that a half line never swallows the lines behind it.
 */

const quote = 0x22;
/** Azure writes objects in its logs as JavaScript would; a reader of its own takes them. */
const apostrophe = 0x27;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;
const newline = 0x0a;

/** What may come next. */
const expects = {
  value: 0,
  element: 1,
  firstKey: 2,
  key: 3,
  colon: 4,
  after: 5,
  text: 6,
  escaped: 7,
  word: 8,
} as const;

/** Values lie some ten brackets deep in every format that is known here. */
const maxDepth = 200;

/** Why the walk has stopped. */
export type WalkEvent =
  /** There are no more bytes. */
  | 'more'
  /** An array whose elements are told apart has begun. */
  | 'array'
  /** An element of it has ended. */
  | 'element'
  /** That array has ended. */
  | 'array end'
  /** The whole value has ended. */
  | 'value'
  | 'error';

export class JsonWalk {
  /** Where the last key of the value itself begins, counted as what it is run with. */
  keyStart = 0;
  #expected: number = expects.value;
  #isKey = false;
  /** What ends the text. */
  #quote = quote;
  #depth = 0;
  /** 1 = an array. By depth. */
  readonly #isArray = new Uint8Array(maxDepth + 1);
  /** So deep lie the elements that are told apart; 0 = there is no such array now. */
  #elementsDepth = 0;

  begin(): void {
    this.#expected = expects.value;
    this.#depth = 0;
    this.#elementsDepth = 0;
  }

  /** The elements of this array need not be told apart. */
  passArray(): void {
    this.#elementsDepth = 0;
  }

  event: WalkEvent = 'more';

  /**
   * @param base place of the first of the bytes: all places are counted from there
   * @returns where it has stopped: behind what {@link event} is about; at an error, where that is
   */
  run(bytes: Uint8Array, from: number, end: number, base: number): number {
    return base + this.#run(bytes, from - base, end - base, base);
  }

  #run(bytes: Uint8Array, from: number, end: number, base: number): number {
    let expected = this.#expected;
    let ending = this.#quote;
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (expected === expects.text) {
        // Most bytes are in texts.
        let inText = byte;
        while (inText !== ending && inText !== backslash && inText !== newline) {
          at += 1;
          if (at >= end) return this.#stop('more', expected, end);
          inText = bytes[at] as number;
        }
        if (inText === newline) return this.#stop('error', expected, at);
        if (inText === backslash) expected = expects.escaped;
        else {
          expected = this.#isKey ? expects.colon : expects.after;
          if (!this.#isKey && this.#depth === this.#elementsDepth) return this.#stop('element', expected, at + 1);
        }
        continue;
      }
      if (expected === expects.escaped) {
        expected = expects.text;
        continue;
      }
      if (expected === expects.word) {
        if (!endsWord(byte)) continue;
        expected = expects.after;
        if (this.#depth === this.#elementsDepth) return this.#stop('element', expected, at);
      }
      if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
      if (byte === quote || byte === apostrophe) {
        this.#isKey = expected === expects.key || expected === expects.firstKey;
        if (!this.#isKey && (expected > expects.element || this.#isTop())) return this.#stop('error', expected, at);
        if (this.#isKey && this.#depth === 1) this.keyStart = base + at;
        ending = byte;
        this.#quote = byte;
        expected = expects.text;
      } else if (byte === comma) {
        if (expected !== expects.after) return this.#stop('error', expected, at);
        expected = this.#isArray[this.#depth] === 1 ? expects.value : expects.key;
      } else if (byte === colon) {
        if (expected !== expects.colon) return this.#stop('error', expected, at);
        expected = expects.value;
      } else if (byte === openBrace || byte === openBracket) {
        if (expected > expects.element || this.#depth === maxDepth) return this.#stop('error', expected, at);
        this.#depth += 1;
        this.#isArray[this.#depth] = byte === openBracket ? 1 : 0;
        expected = byte === openBracket ? expects.element : expects.firstKey;
        // That of the value itself, or one right in it.
        if (byte === openBracket && (this.#depth === 1 || (this.#depth === 2 && this.#isArray[1] === 0))) {
          this.#elementsDepth = this.#depth;
          return this.#stop('array', expected, at + 1);
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        const isArray = this.#isArray[this.#depth] === 1;
        const mayEnd = expected === expects.after || expected === (isArray ? expects.element : expects.firstKey);
        if (!mayEnd || isArray !== (byte === closeBracket)) return this.#stop('error', expected, at);
        const isEndOfArray = this.#depth === this.#elementsDepth;
        this.#depth -= 1;
        expected = expects.after;
        if (this.#depth === 0) return this.#stop('value', expected, at + 1);
        if (isEndOfArray) {
          this.#elementsDepth = 0;
          return this.#stop('array end', expected, at + 1);
        }
        if (this.#depth === this.#elementsDepth) return this.#stop('element', expected, at + 1);
      } else {
        if (expected > expects.element || this.#isTop()) return this.#stop('error', expected, at);
        expected = expects.word;
      }
    }
    return this.#stop('more', expected, end);
  }

  /** Lines of text begin with [INFO], ["a"] or [7]: the elements of an array that is all of a value are objects or arrays. */
  #isTop(): boolean {
    return this.#depth === 1 && this.#isArray[1] === 1;
  }

  #stop(event: WalkEvent, expected: number, at: number): number {
    this.#expected = expected;
    this.event = event;
    return at;
  }
}

/** Of a number, `true`, `false` or `null`. */
const endsWord = (byte: number): boolean =>
  byte === comma || byte === closeBrace || byte === closeBracket || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Whether more text could make JSON of it. */
export const mayGoOn = (text: string): boolean => {
  const bytes = Buffer.from(text);
  const walk = new JsonWalk();
  walk.begin();
  let at = 0;
  do at = walk.run(bytes, at, bytes.length, 0);
  while (walk.event !== 'more' && walk.event !== 'value' && walk.event !== 'error');
  return walk.event === 'more';
};
