/**
 * The requests of the last 15 minutes, by their keys (16 bytes of a hash): flat tables, one a minute, of 16 bytes an entry
 * and as much again that is free. A Map of them would take six times as much, and its sweeping would be felt.
 */

export const recentForMs = 15 * 60_000;
const minuteMs = 60_000;
const wordsPerKey = 4;

/** Keys of one minute; open addressing, never more than two thirds full. */
class KeyTable {
  #words = new Uint32Array(64 * wordsPerKey);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: Uint32Array): boolean {
    return this.#words[this.#slotOf(key)] !== 0;
  }

  add(key: Uint32Array): void {
    if ((this.#size + 1) * 3 > (this.#words.length / wordsPerKey) * 2) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#words[slot] !== 0) return;
    this.#words.set(key, slot);
    this.#size += 1;
  }

  /** Where it is, or the free place where it would be. */
  #slotOf(key: Uint32Array): number {
    const slots = this.#words.length / wordsPerKey;
    for (let slot = (key[0] as number) % slots; ; slot = (slot + 1) % slots) {
      const at = slot * wordsPerKey;
      if (this.#words[at] === 0) return at;
      if (key.every((word, index) => word === this.#words[at + index])) return at;
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += wordsPerKey) {
      if (old[at] === 0) continue;
      const key = old.subarray(at, at + wordsPerKey);
      this.#words.set(key, this.#slotOf(key));
    }
  }
}

/** As numbers; the first is never 0, which means "free". */
const wordsOf = (key: Buffer): Uint32Array =>
  Uint32Array.of(key.readUInt32LE(0) || 1, key.readUInt32LE(4), key.readUInt32LE(8), key.readUInt32LE(12));

/**
 * Four million are 128 MB, and 15 minutes of 4,600 requests a second. Where more come, the oldest minute is forgotten early;
 * a request that is sent again after that still is no second row, for rows of one span or invocation merge.
 */
const mostKeys = 4_194_304;

export class RecentKeys {
  readonly #most: number;
  /** Milliseconds of a clock that nobody sets. */
  readonly #now: () => number;
  /** By the minute in which they came. */
  readonly #minutes = new Map<number, KeyTable>();
  #size = 0;

  constructor(most = mostKeys, now = () => performance.now()) {
    this.#most = most;
    this.#now = now;
  }

  get size(): number {
    return this.#size;
  }

  has(key: Buffer): boolean {
    this.#forget();
    const words = wordsOf(key);
    for (const table of this.#minutes.values()) if (table.has(words)) return true;
    return false;
  }

  /** One that came just now. */
  add(key: Buffer): void {
    this.#forget();
    const minute = Math.floor(this.#now() / minuteMs);
    let table = this.#minutes.get(minute);
    if (table === undefined) {
      table = new KeyTable();
      this.#minutes.set(minute, table);
    }
    this.#size -= table.size;
    table.add(wordsOf(key));
    this.#size += table.size;
    while (this.#size > this.#most && this.#minutes.size > 1) this.#drop(Math.min(...this.#minutes.keys()));
  }

  #forget(): void {
    const oldest = Math.floor((this.#now() - recentForMs) / minuteMs);
    for (const minute of this.#minutes.keys()) if (minute < oldest) this.#drop(minute);
  }

  #drop(minute: number): void {
    this.#size -= this.#minutes.get(minute)?.size ?? 0;
    this.#minutes.delete(minute);
  }
}
