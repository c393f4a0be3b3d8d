/**
 * Seals periods: whole invocations of an hour become sums by function and single cold starts, which rankings are made of.
 *
 *   Nothing feeds a sum from rows that may still merge. An hour that got new parts is sealed again, from all of its parts, so
 *   the sums are right after retries, late parts and restarts. What is sealed takes the place of its day at once (of
 *   its month, once it is settled), so a reader sees it as it was or as it is, and sums are never added to.
 *   Hours beside one that got parts are sealed too: a part that tells when its invocation began may move it across.
 */
import type { Connection } from '../connection.ts';
import type { Layout } from '../layout.ts';
import { tieredNames, tiers } from '../schema/005-sealed-periods.ts';
import { dropLeftLock, withLock } from './lock.ts';
import { byPlace, dayOf, hoursOfDay } from './places.ts';
import { sealPlace } from './seal-place.ts';
import { settle, settledUntilNow } from './settle.ts';
import { hourS } from './stretches.ts';

/** Older days have no hours any more (their table keeps 35 days), so such a day is sealed as a whole. */
const daysOfHours = 33;

/**
 * Of each hour that has parts: the last insert into it, when that came, and when the hour was sealed. A merge has a time of
 * its own, but brings no insert.
 */
const inserts = `
SELECT toUInt32(toUnixTimestamp(toDateTime(partition, 'UTC')) / ${hourS}) AS hour,
  toString(max(max_block_number)) AS latest, toUnixTimestamp(max(modification_time)) AS changed_s,
  toUInt32(toUnixTimestamp(max(known.at))) AS sealed_s, toUnixTimestamp(now()) AS now_s
FROM system.parts
LEFT JOIN (SELECT hour AS sealed_hour, max(sealed_at) AS at FROM seals GROUP BY hour) AS known
  ON toDateTime(partition, 'UTC') = known.sealed_hour
WHERE active AND database = currentDatabase() AND table = 'invocation_parts'
GROUP BY partition`;

interface Inserts {
  hour: number;
  /** Grows with each insert into the hour. */
  latest: string;
  /** By the server's clock, as all of these. */
  changed_s: number;
  /** 0 = never. */
  sealed_s: number;
  now_s: number;
}

/** An insert can be seen so long after the time that it is given. */
const commitS = 10;
/** Where several collectors stand beside one shard, one of them seals an hour, and then none for so long. */
const turnS = 10;

/** What sealing reads and another replica of the shard may have written. */
const synced = [
  ...['invocation_parts', 'instance_starts', 'function_hours', 'seals', 'settlements'],
  ...tiers.flatMap((tier) => tieredNames.map((name) => `${tier}_${name}`)),
];

export interface SealerOptions {
  layout: Layout;
  /** Whole days that parts are kept: what is older cannot be sealed anew, for some of it may have gone. */
  partsDays: number;
}

/** Seals what has changed, one pass at a time. */
export class Sealer {
  readonly #options: SealerOptions;
  #dirty = new Set<number>();
  /** The last insert into an hour when it was first looked at, and when it was sealed from here. */
  readonly #seen = new Map<number, bigint>();
  /** When an hour was sealed from here, as the server has it. */
  readonly #sealedS = new Map<number, number>();
  #pass: Promise<void> = Promise.resolve();
  #lastMs = 0;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** What the last pass took. */
  get lastMs(): number {
    return this.#lastMs;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** On a cluster any collector inserts into any shard, so who seals one has to look there. */
  get #looksItself(): boolean {
    return this.#options.layout.cluster !== null;
  }

  /** Told what this process inserts. @param hoursSince1970 that got parts */
  touch(hoursSince1970: Iterable<number>): void {
    if (!this.#looksItself) this.#mark(hoursSince1970);
  }

  #mark(hoursSince1970: Iterable<number>): void {
    for (const hour of hoursSince1970) this.#dirty.add(hour);
  }

  /** Finds what a process that ended has left unsealed. @param isOwner the engine is that of this process */
  async findUnsealed(connection: Connection, isOwner: boolean): Promise<void> {
    if (isOwner) await dropLeftLock(connection);
    if (!this.#looksItself) this.#mark(await this.#unsealed(connection));
  }

  /** Hours that got parts since they were sealed. */
  async #unsealed(connection: Connection): Promise<number[]> {
    const rows = await connection.select<Inserts>(inserts);
    const lateBefore = Date.now() / 1_000 / hourS - 48;
    // What came late lies in the partition of its day, whose name is that of the day's first hour.
    const held = (hour: number): number[] =>
      hour % 24 === 0 && hour < lateBefore ? Array.from({ length: 24 }, (_, at) => hour + at) : [hour];
    return rows.flatMap((row) => {
      const isDue = this.#isDue(row);
      if (isDue || !this.#seen.has(row.hour)) this.#seen.set(row.hour, BigInt(row.latest));
      return isDue ? held(row.hour) : [];
    });
  }

  /** Asked before the lock is taken, which takes a table. */
  async #isAnyDue(connection: Connection): Promise<boolean> {
    if (!this.#looksItself) return false;
    const rows = await connection.select<Inserts>(inserts);
    return rows.some((row) => this.#isDue(row));
  }

  #isDue({ hour, latest, changed_s: changedS, sealed_s: sealedS, now_s: nowS }: Inserts): boolean {
    const seen = this.#seen.get(hour);
    if (seen === undefined) return changedS >= sealedS;
    if (BigInt(latest) <= seen) return false;
    const isSealedByOther = sealedS !== (this.#sealedS.get(hour) ?? 0);
    return !isSealedByOther || (changedS + commitS >= sealedS && nowS - sealedS >= turnS);
  }

  /**
   * Resolves when all that was touched before is sealed.
   * @throws what the client throws; what was to be sealed is still to be sealed then
   */
  seal(connection: Connection): Promise<void> {
    const pass = this.#pass.then(() => this.#sealNow(connection));
    this.#pass = pass.catch(() => undefined);
    return pass;
  }

  async #sealNow(connection: Connection): Promise<void> {
    if (this.#dirty.size === 0 && !(await this.#isAnyDue(connection))) return;
    const beganMs = performance.now();
    let touched: ReadonlySet<number> = new Set();
    try {
      await withLock(connection, this.#options.layout, async () => {
        await this.#catchUp(connection);
        // Another collector may have sealed them while this one waited for the lock.
        if (this.#looksItself) this.#mark(await this.#unsealed(connection));
        touched = this.#dirty;
        this.#dirty = new Set();
        await this.#sealHours(connection, touched);
      });
    } catch (error) {
      this.#mark(touched);
      throw error;
    } finally {
      this.#lastMs = performance.now() - beganMs;
    }
  }

  async #sealHours(connection: Connection, touched: Iterable<number>): Promise<void> {
    const today = dayOf(Date.now() / 1_000 / hourS);
    const wanted = new Set([...touched].flatMap((hour) => [hour - 1, hour, hour + 1]));
    // Not the day at the edge either: its first invocations may have parts in the day before.
    const oldest = today - this.#options.partsDays;
    const days = new Set([...wanted].map(dayOf).filter((day) => day > oldest));
    const hours = [...days].flatMap((day) =>
      hoursOfDay(day).filter((hour) => day < today - daysOfHours || wanted.has(hour)),
    );
    const settling = await settle(connection, today).then(
      (until) => ({ until, error: undefined }),
      async (error: unknown) => ({ until: await settledUntilNow(connection), error }),
    );
    for (const { place, hours: own } of byPlace(hours, settling.until)) {
      const sealedS = await sealPlace(connection, place, own);
      for (const hour of own) this.#sealedS.set(hour, sealedS);
    }
    // Days that cannot be settled stay where they are, and are right there; the next pass tries again.
    if (settling.error !== undefined) throw settling.error;
  }

  /** Waits until this replica has what the others of its shard have. */
  async #catchUp(connection: Connection): Promise<void> {
    if (this.#options.layout.engines !== 'replicated') return;
    for (const table of synced) await connection.command(`SYSTEM SYNC REPLICA ${table} LIGHTWEIGHT`);
  }
}
