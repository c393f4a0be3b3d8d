/** Seals hours: what they hold now takes the place of what was there. */
import type { Connection } from '../connection.ts';
import { mergedInvocations } from '../merged-invocations.ts';
import { pair } from '../pairing/pair.ts';
import { tieredNames } from '../schema/005-sealed-periods.ts';
import { isByInstance } from './billable.ts';
import { dateOf, dayOf, type Place } from './places.ts';
import { sharedHoursOf } from './shared-time.ts';
import { coldStartsOf, daysOf, hoursOf } from './statements.ts';
import { hourS, stretchesOf } from './stretches.ts';

/** Whole invocations of a stretch, once for all that is made of them. */
const whole = 'sealing_invocations';

const partRows = async (connection: Connection): Promise<ReadonlyMap<number, number>> => {
  const rows = await connection.select<{ hour: number; held: string }>(
    `SELECT toUInt32(toUnixTimestamp(toDateTime(partition, 'UTC')) / ${hourS}) AS hour, sum(rows) AS held
     FROM system.parts WHERE active AND database = currentDatabase() AND table = 'invocation_parts' GROUP BY hour`,
  );
  return new Map(rows.map(({ hour, held }) => [hour, Number(held)]));
};

/** The partition is replaced at once; one that has nothing any more cannot be, but goes. */
export const putInPlace = async (connection: Connection, table: string, partition: string): Promise<void> => {
  const next = `${table}_next`;
  const id = partition.replace(/\D/g, '');
  const rows = await connection.select(`SELECT 1 FROM ${next} WHERE _partition_id = '${id}' LIMIT 1`);
  const how = rows.length > 0 ? `REPLACE PARTITION ${partition} FROM ${next}` : `DROP PARTITION ${partition}`;
  await connection.command(`ALTER TABLE ${table} ${how}`);
};

export const emptyNext = (connection: Connection, table: string): Promise<void> =>
  connection.command(`TRUNCATE TABLE ${table}_next`);

/** About 400 MB of whole invocations, and twice that while they are put together. */
const mostRowsAtOnce = 1_000_000;

/** Of more, a month is put in one order at once; what comes late the engine merges in its own time. */
const fewStretches = 4;

/**
 * @param hours since 1970, all of that place
 * @returns seconds since 1970, by the server's clock: what came before then is sealed
 */
export const sealPlace = async (
  connection: Connection,
  { tier, partition, holds }: Place,
  hours: readonly number[],
  mostRows = mostRowsAtOnce,
): Promise<number> => {
  const dates = [...new Set(hours.map(dayOf))].map(dateOf);
  const isOfThem = `day IN (${dates.map((date) => `'${date}'`).join(', ')})`;
  const [coldStarts, days] = [`${tier}_cold_starts`, `${tier}_function_days`];
  // By the server's clock, as its parts are, and before anything is read: what comes meanwhile is not sealed.
  const [clock] = await connection.select<{ second: number }>('SELECT toUnixTimestamp(now()) AS second');
  const made = [coldStarts, days, 'function_hours'];
  // A pass that was cut off has left what it made.
  for (const table of made) await emptyNext(connection, table);
  const isSealed = (time: string): string =>
    `(${isOfThem} AND toUnixTimestamp(toStartOfHour(${time})) / ${hourS} IN (${hours.join(', ')}))`;
  const keep = (table: string, where: string): Promise<void> =>
    connection.command(`INSERT INTO ${table}_next SELECT * FROM ${table} WHERE ${where}`);
  await keep(coldStarts, `${holds} AND NOT ${isSealed('at')}`);
  await keep(days, `${holds} AND NOT ${isOfThem}`);
  await keep('function_hours', `${isOfThem} AND NOT ${isSealed('hour')}`);
  const stretches = stretchesOf(hours, await partRows(connection), mostRows);
  for (const { where, ...window } of stretches) {
    await pair(connection, { ...window, where });
    await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
    const merged = mergedInvocations({ ...window, sharedSince: window.since - hourS }, where);
    await connection.command(`CREATE TABLE ${whole} ENGINE = Memory AS ${merged}`);
    const within = `(SELECT * FROM ${whole} WHERE at >= toDateTime64(${window.since}, 3, 'UTC'))`;
    await connection.command(`INSERT INTO ${coldStarts}_next ${coldStartsOf(within)}`);
    await connection.command(`INSERT INTO function_hours_next ${hoursOf(within)}`);
    const [isShared] = await connection.select(`SELECT 1 FROM ${whole} WHERE ${isByInstance} LIMIT 1`);
    if (isShared) await connection.command(`INSERT INTO function_hours_next ${sharedHoursOf(whole, window.since)}`);
  }
  await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
  // Day by day, for the sums of a month would not fit into the memory of a small machine.
  for (const date of dates) await connection.command(`INSERT INTO ${days}_next ${daysOf(`day = '${date}'`)}`);
  if (tier === 'settled' && stretches.length > fewStretches) {
    for (const table of [coldStarts, days]) await connection.command(`OPTIMIZE TABLE ${table}_next FINAL`);
  }
  for (const name of tieredNames) await putInPlace(connection, `${tier}_${name}`, partition);
  for (const date of dates) await putInPlace(connection, 'function_hours', `'${date}'`);
  for (const table of made) await emptyNext(connection, table);
  const sealedS = clock?.second ?? 0;
  // A whole number is milliseconds to the column of the latter.
  const sealed = hours.map((hour) => `(${hour * hourS}, ${sealedS * 1_000})`).join(', ');
  await connection.command(`INSERT INTO seals (hour, sealed_at) VALUES ${sealed}`);
  return sealedS;
};
