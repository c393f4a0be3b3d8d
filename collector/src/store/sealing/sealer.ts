/**
 * Seals periods: whole invocations of an hour become sums by function and single cold starts, which rankings are made of.
 *
 *   Nothing feeds a sum from rows that may still merge. An hour that got new parts is sealed again, from all of its parts, so
 *   the sums are right after retries, late parts and restarts. What is sealed takes the place of its day at once, so a
 *   reader sees the day as it was or as it is, and sums are never added to.
 *   Hours beside one that got parts are sealed too: a part that tells when its invocation began may move it across.
 */
import type { Connection } from '../connection.ts';
import { dropLock, withLock } from './lock.ts';
import { dayOf, sealDay } from './seal-day.ts';
import { dayS, hourS } from './stretches.ts';

/** Older days have no hours any more (their table keeps 35 days), so such a day is sealed as a whole. */
const daysOfHours = 33;

/** Hours that got parts since they were sealed; those that nobody remembers because a process ended before it sealed them. */
const unsealed = `
SELECT toUInt32(toUnixTimestamp(toDateTime(partition, 'UTC')) / ${hourS}) AS hour
FROM system.parts
LEFT JOIN (SELECT hour AS sealed_hour, max(sealed_at) AS at FROM seals GROUP BY hour) AS known
  ON toDateTime(partition, 'UTC') = known.sealed_hour
WHERE active AND database = currentDatabase() AND table = 'invocation_parts'
GROUP BY partition
HAVING max(modification_time) >= max(known.at)`;

/** Seals what has changed, one pass at a time. */
export class Sealer {
  #dirty = new Set<number>();
  #pass: Promise<void> = Promise.resolve();
  #lastMs = 0;

  /** What the last pass took. */
  get lastMs(): number {
    return this.#lastMs;
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** @param hoursSince1970 that got parts */
  touch(hoursSince1970: Iterable<number>): void {
    for (const hour of hoursSince1970) this.#dirty.add(hour);
  }

  /** Finds what a process that ended has left unsealed. @param isOwner nobody else can be sealing there */
  async findUnsealed(connection: Connection, isOwner: boolean): Promise<void> {
    if (isOwner) await dropLock(connection);
    const rows = await connection.select<{ hour: number }>(unsealed);
    const lateBefore = Date.now() / 1_000 / hourS - 48;
    // What came late lies in the partition of its day, whose name is that of the day's first hour.
    const held = (hour: number): number[] =>
      hour % 24 === 0 && hour < lateBefore ? Array.from({ length: 24 }, (_, at) => hour + at) : [hour];
    this.touch(rows.flatMap(({ hour }) => held(hour)));
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
    if (this.#dirty.size === 0) return;
    const beganMs = performance.now();
    const touched = this.#dirty;
    this.#dirty = new Set();
    try {
      const today = dayOf(Date.now() / 1_000 / hourS);
      const wanted = new Set([...touched].flatMap((hour) => [hour - 1, hour, hour + 1]));
      const byDay = Map.groupBy(wanted, dayOf);
      await withLock(connection, async () => {
        for (const [day, hoursOfDay] of byDay) {
          const all = Array.from({ length: 24 }, (_, at) => (day * dayS) / hourS + at);
          await sealDay(connection, day, day < today - daysOfHours ? all : hoursOfDay);
        }
      });
    } catch (error) {
      this.touch(touched);
      throw error;
    } finally {
      this.#lastMs = performance.now() - beganMs;
    }
  }
}
