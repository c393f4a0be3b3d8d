/** Seals hours of one day: what they hold now takes the place of what the day held. */
import type { Connection } from '../connection.ts';
import { mergedInvocations } from '../merged-invocations.ts';
import { functionId, type SealedTable, sealedTables } from '../schema/005-sealed-periods.ts';
import type { Renew } from './lock.ts';
import { coldStartsOf, daysOf, hoursOf } from './statements.ts';

export const hourS = 3_600;
export const dayS = 86_400;

/** Whole invocations of a stretch, once for all that is made of them. */
const whole = 'sealing_invocations';

/** Both since 1970. */
export const dayOf = (hour: number): number => Math.floor((hour * hourS) / dayS);
const dateOf = (day: number): string => new Date(day * dayS * 1_000).toISOString().slice(0, 10);

/** About 400 MB of whole invocations, and as much again while they are put together. */
const mostRowsAtOnce = 1_000_000;

/** What is sealed at once: hours that follow each other, and of very busy ones a slice of the functions. */
interface Stretch {
  /** Seconds since 1970. */
  since: number;
  until: number;
  rows: number;
  where: string;
}

/** @param rowsOf parts by hour since 1970 */
const stretchesOf = (hoursOfDay: readonly number[], rowsOf: ReadonlyMap<number, number>): Stretch[] => {
  const runs: Stretch[] = [];
  for (const hour of hoursOfDay.toSorted((a, b) => a - b)) {
    const rows = rowsOf.get(hour) ?? 0;
    const last = runs.at(-1);
    if (last?.until === hour * hourS && last.rows + rows <= mostRowsAtOnce) {
      last.until += hourS;
      last.rows += rows;
    } else {
      runs.push({ since: hour * hourS, until: (hour + 1) * hourS, rows, where: '1' });
    }
  }
  return runs.flatMap((run) => {
    const slices = Math.max(1, Math.ceil(run.rows / mostRowsAtOnce));
    return Array.from({ length: slices }, (_, slice) => ({
      ...run,
      where: slices === 1 ? '1' : `${functionId()} % ${slices} = ${slice}`,
    }));
  });
};

const partRows = async (connection: Connection): Promise<ReadonlyMap<number, number>> => {
  const rows = await connection.select<{ hour: number; held: string }>(
    `SELECT toUInt32(toUnixTimestamp(toDateTime(partition, 'UTC')) / ${hourS}) AS hour, sum(rows) AS held
     FROM system.parts WHERE active AND database = currentDatabase() AND table = 'invocation_parts' GROUP BY hour`,
  );
  return new Map(rows.map(({ hour, held }) => [hour, Number(held)]));
};

/** The day is replaced at once; one that has nothing any more cannot be, but goes. */
const putInPlace = async (connection: Connection, table: SealedTable, date: string): Promise<void> => {
  const rows = await connection.select(`SELECT 1 FROM ${table}_next LIMIT 1`);
  const how = rows.length > 0 ? `REPLACE PARTITION '${date}' FROM ${table}_next` : `DROP PARTITION '${date}'`;
  await connection.command(`ALTER TABLE ${table} ${how}`);
};

/**
 * @param hoursOfDay hours since 1970, all of one day
 * @returns seconds since 1970, by the server's clock: what came before then is sealed
 */
export const sealDay = async (
  connection: Connection,
  day: number,
  hoursOfDay: readonly number[],
  renew: Renew,
): Promise<number> => {
  await renew();
  const date = dateOf(day);
  // By the server's clock, as its parts are, and before anything is read: what comes meanwhile is not sealed.
  const [clock] = await connection.select<{ second: number }>('SELECT toUnixTimestamp(now()) AS second');
  for (const table of sealedTables) await connection.command(`TRUNCATE TABLE ${table}_next`);
  const sealedAgain = `toUnixTimestamp(toStartOfHour(TIME)) / ${hourS} IN (${hoursOfDay.join(', ')})`;
  const kept = (table: string, time: string): string =>
    `INSERT INTO ${table}_next SELECT * FROM ${table} WHERE day = '${date}' AND NOT (${sealedAgain.replace('TIME', time)})`;
  await connection.command(kept('cold_starts', 'at'));
  await connection.command(kept('function_hours', 'hour'));
  for (const { where, ...window } of stretchesOf(hoursOfDay, await partRows(connection))) {
    await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
    await connection.command(`CREATE TABLE ${whole} ENGINE = Memory AS ${mergedInvocations(window, where)}`);
    await connection.command(`INSERT INTO cold_starts_next ${coldStartsOf(whole)}`);
    await connection.command(`INSERT INTO function_hours_next ${hoursOf(whole)}`);
    await renew();
  }
  await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
  await connection.command(`INSERT INTO function_days_next ${daysOf(date)}`);
  for (const table of sealedTables) await putInPlace(connection, table, date);
  const sealedS = clock?.second ?? 0;
  // A whole number is milliseconds to the column of the latter.
  const sealed = hoursOfDay.map((hour) => `(${hour * hourS}, ${sealedS * 1_000})`).join(', ');
  await connection.command(`INSERT INTO seals (hour, sealed_at) VALUES ${sealed}`);
  return sealedS;
};
