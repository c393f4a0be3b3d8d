/**
 * Seals periods: whole invocations of an hour become sums by function and single cold starts, which rankings are made of.
 *
 *   Nothing feeds a sum from rows that may still merge. An hour that got new parts is sealed again, from all of its parts, so
 *   the sums are right after retries, late parts and restarts. What is sealed takes the place of its day at once, so a
 *   reader sees the day as it was or as it is, and sums are never added to.
 *   Hours beside one that got parts are sealed too: a part that tells when its invocation began may move it across.
 */
import type { Connection } from './connection.ts';
import { mergedInvocations } from './merged-invocations.ts';
import { dimensions, type SealedTable, sealedTables, sums } from './schema/005-sealed-periods.ts';
import { dropLock, withLock } from './seal-lock.ts';

const hourS = 3_600;
const dayS = 86_400;
/** Older days have no hours any more (their tables keep 35 days), so such a day is sealed as a whole. */
const daysOfHours = 33;

/** Cold starts that come within so many seconds of each other were caused by one step of the traffic. */
const burstSeconds = 10;

const identity = 'provider, account, region, function_name';

/** Whole invocations of the hours, once for all that is made of them. */
const whole = 'sealing_invocations';

/** Single cold starts of whole invocations. @param source a table, or a statement in brackets */
export const coldStartsOf = (source: string): string => `
SELECT toDate(at) AS day, ${identity}, at, invocation_key, invocation_id, trace_id, instance AS instance_id,
  version AS function_version, runtime_name AS runtime, arch_name AS arch, given_mb AS memory_mb, trigger_name AS trigger,
  kind, cold_latency_ns AS latency_ns, runtime_start_ns, own_init_ns AS init_ns, handler_ns AS execution_ns,
  reported_init_ns, platform_ns, restore_ns, billed AS billed_ms
FROM ${source}
WHERE is_cold`;

/** 2 % wide: what is read from them is within 1 %. */
export const bucketOf = (ns: string): string => `toUInt16(round(log(greatest(${ns}, 1)) / log(1.02)))`;
export const bucketMiddle = (bucket: string): string => `pow(1.02, ${bucket})`;

/** Billed milliseconds and memory are both needed for money, and an architecture: its price differs by a quarter. */
const isMetered = `isNotNull(billed) AND given_mb > 0 AND arch_name IN ('x86_64', 'arm64')`;
const mb = 'toUInt128(given_mb) * weight';
const billedMs = 'toUInt128(ifNull(billed, 0))';
const executionMs = `toUInt128(ifNull(intDiv(handler_ns + 999999, 1000000), ifNull(billed, 0)))`;

const sumsOfInvocations: Readonly<Record<keyof typeof sums, string>> = {
  invocations: 'sum(weight)',
  errors: 'sumIf(weight, failed)',
  cold_starts: 'countIf(is_cold) * 1000000',
  warm: 'sumIf(weight, is_warm)',
  requests: `sumIf(weight, ${isMetered})`,
  mb_ms: `sumIf(${billedMs} * ${mb}, ${isMetered})`,
  cold_requests: `sumIf(weight, is_cold AND ${isMetered})`,
  cold_mb_ms: `sumIf(${billedMs} * ${mb}, is_cold AND ${isMetered})`,
  cold_mb: `sumIf(${mb}, is_cold AND ${isMetered})`,
  cold_execution_mb_ms: `sumIf(${executionMs} * ${mb}, is_cold AND ${isMetered})`,
  warm_requests: `sumIf(weight, is_warm AND ${isMetered})`,
  warm_billed_ms: `sumIf(${billedMs} * weight, is_warm AND ${isMetered})`,
};

const inOrder = (of: (name: keyof typeof sums) => string): string =>
  (Object.keys(sums) as (keyof typeof sums)[]).map((name) => `${of(name)} AS ${name}`).join(',\n  ');

/** Sums by hour, function and whatever may be asked for. @param source a table, or a statement in brackets */
export const hoursOf = (source: string): string => `
SELECT toDate(at) AS day, toStartOfHour(at) AS hour, ${identity},
  version AS function_version, runtime_name AS runtime, arch_name AS arch, given_mb AS memory_mb, trigger_name AS trigger,
  ${inOrder((name) => sumsOfInvocations[name])},
  arrayMax(arrayConcat([0], tupleElement(sumMapIf([intDiv(toUnixTimestamp(at), ${burstSeconds})], [toUInt32(1)], is_cold), 2))) AS cold_burst,
  max(memory_used_mb) AS memory_used_mb,
  argMax(timeout_ms, at) AS timeout_ms,
  max(at) AS latest_at,
  argMax(modules_seen, at) AS modules_seen,
  argMax(modules_hint, at) AS modules_hint,
  sumMapIf(map(${bucketOf('assumeNotNull(handler_ns)')}, toUInt64(weight)), is_warm AND isNotNull(handler_ns)) AS warm_buckets
FROM ${source}
GROUP BY day, hour, ${identity}, ${dimensions.join(', ')}`;

/** Columns are named with their table, for a sum is called like what it sums. */
const days = (day: string): string => `
SELECT day, ${identity}, ${dimensions.join(', ')},
  ${inOrder((name) => `sum(parts.${name})`)},
  max(parts.cold_burst) AS cold_burst,
  max(parts.memory_used_mb) AS memory_used_mb,
  argMax(parts.timeout_ms, parts.latest_at) AS timeout_ms,
  max(parts.latest_at) AS latest_at,
  argMax(parts.modules_seen, parts.latest_at) AS modules_seen,
  argMax(parts.modules_hint, parts.latest_at) AS modules_hint,
  sumMap(parts.warm_buckets) AS warm_buckets
FROM function_hours_next AS parts
WHERE day = '${day}'
GROUP BY day, ${identity}, ${dimensions.join(', ')}`;

const dayOf = (hour: number): number => Math.floor((hour * hourS) / dayS);
const dateOf = (day: number): string => new Date(day * dayS * 1_000).toISOString().slice(0, 10);

/** More hours at once would need more memory than a small machine has, of a million invocations an hour. */
const mostHoursAtOnce = 6;

/** Hours since 1970 that follow each other, as windows in seconds. */
const runsOf = (hoursOfDay: readonly number[]): { since: number; until: number }[] => {
  const runs: { since: number; until: number }[] = [];
  for (const hour of hoursOfDay.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    const isNext = last?.until === hour * hourS && last.until - last.since < mostHoursAtOnce * hourS;
    if (last && isNext) last.until += hourS;
    else runs.push({ since: hour * hourS, until: (hour + 1) * hourS });
  }
  return runs;
};

/** The day is replaced at once; one that has nothing any more cannot be, but goes. */
const putInPlace = async (connection: Connection, table: SealedTable, date: string): Promise<void> => {
  const rows = await connection.select(`SELECT 1 FROM ${table}_next LIMIT 1`);
  const how = rows.length > 0 ? `REPLACE PARTITION '${date}' FROM ${table}_next` : `DROP PARTITION '${date}'`;
  await connection.command(`ALTER TABLE ${table} ${how}`);
};

/** @param hoursOfDay hours since 1970, all of one day */
const sealDay = async (connection: Connection, day: number, hoursOfDay: readonly number[]): Promise<void> => {
  const date = dateOf(day);
  // By the server's clock, as its parts are, and before anything is read: what comes meanwhile is not sealed.
  const [clock] = await connection.select<{ second: number }>('SELECT toUnixTimestamp(now()) AS second');
  await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
  const [first, ...others] = runsOf(hoursOfDay);
  if (!first) return;
  await connection.command(`CREATE TABLE ${whole} ENGINE = MergeTree ORDER BY tuple() AS ${mergedInvocations(first)}`);
  for (const run of others) await connection.command(`INSERT INTO ${whole} ${mergedInvocations(run)}`);
  for (const table of sealedTables) await connection.command(`TRUNCATE TABLE ${table}_next`);
  const sealedAgain = `toUnixTimestamp(toStartOfHour(TIME)) / ${hourS} IN (${hoursOfDay.join(', ')})`;
  const kept = (table: string, time: string): string =>
    `INSERT INTO ${table}_next SELECT * FROM ${table} WHERE day = '${date}' AND NOT (${sealedAgain.replace('TIME', time)})`;
  await connection.command(kept('cold_starts', 'at'));
  await connection.command(`INSERT INTO cold_starts_next ${coldStartsOf(whole)}`);
  await connection.command(kept('function_hours', 'hour'));
  await connection.command(`INSERT INTO function_hours_next ${hoursOf(whole)}`);
  await connection.command(`INSERT INTO function_days_next ${days(date)}`);
  for (const table of sealedTables) await putInPlace(connection, table, date);
  const sealed = hoursOfDay.map((hour) => `(${hour * hourS}, ${clock?.second ?? 0})`).join(', ');
  await connection.command(`INSERT INTO seals (hour, sealed_at) VALUES ${sealed}`);
  await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
};

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
