/** Seals hours of one day: what they hold now takes the place of what the day held. */
import type { Connection } from '../connection.ts';
import { mergedInvocations } from '../merged-invocations.ts';
import { type SealedTable, sealedTables } from '../schema/005-sealed-periods.ts';
import { coldStartsOf, daysOf, hoursOf } from './statements.ts';

export const hourS = 3_600;
export const dayS = 86_400;

/** Whole invocations of the hours, once for all that is made of them. */
const whole = 'sealing_invocations';

/** Both since 1970. */
export const dayOf = (hour: number): number => Math.floor((hour * hourS) / dayS);
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
export const sealDay = async (connection: Connection, day: number, hoursOfDay: readonly number[]): Promise<void> => {
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
  await connection.command(`INSERT INTO function_days_next ${daysOf(date)}`);
  for (const table of sealedTables) await putInPlace(connection, table, date);
  const sealed = hoursOfDay.map((hour) => `(${hour * hourS}, ${clock?.second ?? 0})`).join(', ');
  await connection.command(`INSERT INTO seals (hour, sealed_at) VALUES ${sealed}`);
  await connection.command(`DROP TABLE IF EXISTS ${whole} SYNC`);
};
