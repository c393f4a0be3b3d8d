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
import { dropLock, withLock } from './lock.ts';
import { byPlace, dayOf, hoursOfDay } from './places.ts';
import { sealPlace } from './seal-place.ts';
import { settle } from './settle.ts';
import { hourS } from './stretches.ts';

/** Older days have no hours any more (their table keeps 35 days), so such a day is sealed as a whole. */
const daysOfHours = 33;

/**
 * Of each hour that has parts: the last insert into it, and whether it has come since the hour was sealed. A merge has a
 * time of its own, but brings no insert.
 */
const inserts = `
SELECT toUInt32(toUnixTimestamp(toDateTime(partition, 'UTC')) / ${hourS}) AS hour,
  toString(max(max_block_number)) AS latest, max(modification_time) >= max(known.at) AS is_unsealed
FROM system.parts
LEFT JOIN (SELECT hour AS sealed_hour, max(sealed_at) AS at FROM seals GROUP BY hour) AS known
  ON toDateTime(partition, 'UTC') = known.sealed_hour
WHERE active AND database = currentDatabase() AND table = 'invocation_parts'
GROUP BY partition`;

interface Inserts {
  hour: number;
  /** Grows with each insert into the hour. */
  latest: string;
  is_unsealed: 0 | 1;
}

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
  /** The last insert into an hour that was looked at. */
  readonly #seen = new Map<number, bigint>();
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

  /** Finds what a process that ended has left unsealed. @param isOwner nobody else can be sealing there */
  async findUnsealed(connection: Connection, isOwner: boolean): Promise<void> {
    if (isOwner) await dropLock(connection);
    this.#mark(await this.#unsealed(connection));
  }

  /** Hours that got parts since they were sealed; of those that were looked at before, only where more has come. */
  async #unsealed(connection: Connection): Promise<number[]> {
    const rows = await connection.select<Inserts>(inserts);
    const lateBefore = Date.now() / 1_000 / hourS - 48;
    // What came late lies in the partition of its day, whose name is that of the day's first hour.
    const held = (hour: number): number[] =>
      hour % 24 === 0 && hour < lateBefore ? Array.from({ length: 24 }, (_, at) => hour + at) : [hour];
    return rows.flatMap(({ hour, latest, is_unsealed: isUnsealed }) => {
      const seen = this.#seen.get(hour);
      this.#seen.set(hour, BigInt(latest));
      return (seen === undefined ? isUnsealed === 1 : BigInt(latest) > seen) ? held(hour) : [];
    });
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
    if (this.#looksItself) this.#mark(await this.#unsealed(connection));
    if (this.#dirty.size === 0) return;
    const beganMs = performance.now();
    const touched = this.#dirty;
    this.#dirty = new Set();
    try {
      const today = dayOf(Date.now() / 1_000 / hourS);
      const wanted = new Set([...touched].flatMap((hour) => [hour - 1, hour, hour + 1]));
      // Not the day at the edge either: its first invocations may have parts in the day before.
      const oldest = today - this.#options.partsDays;
      const days = new Set([...wanted].map(dayOf).filter((day) => day > oldest));
      const hours = [...days].flatMap((day) =>
        hoursOfDay(day).filter((hour) => day < today - daysOfHours || wanted.has(hour)),
      );
      await withLock(connection, this.#options.layout, async () => {
        await this.#catchUp(connection);
        const settledUntil = await settle(connection, today);
        for (const { place, hours: own } of byPlace(hours, settledUntil)) await sealPlace(connection, place, own);
      });
    } catch (error) {
      this.#mark(touched);
      throw error;
    } finally {
      this.#lastMs = performance.now() - beganMs;
    }
  }

  /** Waits until this replica has what the others of its shard have. */
  async #catchUp(connection: Connection): Promise<void> {
    if (this.#options.layout.engines !== 'replicated') return;
    for (const table of synced) await connection.command(`SYSTEM SYNC REPLICA ${table} LIGHTWEIGHT`);
  }
}
