/**
 * Settles days: what lies in partitions of its own is put into that of its month, where all days of a function are side by side.
 *
 *   A reader takes a day from where it counts at that moment (the views of schema/005-sealed-periods.ts): first a month is
 *   made that has both, then the day is said to be settled, and only when nobody can still be reading it does the open
 *   one go. A crash between two of these leaves nothing to mend.
 */
import type { Connection } from '../connection.ts';
import { settledUntil, tieredNames } from '../schema/005-sealed-periods.ts';
import { dateOf, monthOf } from './places.ts';
import { emptyNext, putInPlace } from './seal-place.ts';

/**
 * Today and yesterday get parts all the time; before that, what comes is late. One more, because a reader takes yesterday for
 * open by its own clock.
 */
const openDays = 3;
/** Longer than any question takes. */
const readersS = 60;

const settleMonth = async (connection: Connection, month: string, from: string, until: string): Promise<void> => {
  for (const name of tieredNames) {
    const next = `settled_${name}_next`;
    const take = (tier: string, days: string): Promise<void> =>
      connection.command(
        `INSERT INTO ${next} SELECT * FROM ${tier}_${name} WHERE toYYYYMM(day) = ${month} AND ${days}`,
      );
    await emptyNext(connection, `settled_${name}`);
    await take('settled', `day < '${from}'`);
    await take('open', `day >= '${from}' AND day < '${until}'`);
    // Once a day, so that a function's month is one place.
    await connection.command(`OPTIMIZE TABLE ${next} FINAL`);
    await putInPlace(connection, `settled_${name}`, month);
    await emptyNext(connection, `settled_${name}`);
  }
};

/** What was settled, and nobody reads there any more. */
const dropOpen = async (connection: Connection): Promise<void> => {
  const rows = await connection.select<{ table: string; partition: string }>(
    `SELECT DISTINCT table, partition FROM system.parts
     WHERE active AND database = currentDatabase() AND table IN (${tieredNames.map((name) => `'open_${name}'`).join(', ')})
       AND toDate(partition) < ${settledUntil}
       AND (SELECT max(settled_at) FROM settlements) < now() - INTERVAL ${readersS} SECOND`,
  );
  for (const { table, partition } of rows) {
    await connection.command(`ALTER TABLE ${table} DROP PARTITION '${partition}'`);
  }
};

/** Days before this one are settled, in days since 1970. */
export const settledUntilNow = async (connection: Connection): Promise<number> => {
  const [row] = await connection.select<{ until: number }>(`SELECT toUInt32(${settledUntil}) AS until`);
  return row?.until ?? 0;
};

/**
 * Settles the days that have passed.
 * @param today days since 1970
 * @returns days before this one are settled
 */
export const settle = async (connection: Connection, today: number): Promise<number> => {
  await dropOpen(connection);
  const [from, until] = [await settledUntilNow(connection), today + 1 - openDays];
  if (from >= until) return from;
  const days = await connection.select<{ since1970: number }>(
    `SELECT DISTINCT toUInt32(day) AS since1970 FROM open_function_days WHERE day >= '${dateOf(from)}' AND day < '${dateOf(until)}' ORDER BY since1970`,
  );
  for (const month of new Set(days.map(({ since1970 }) => monthOf(since1970)))) {
    await settleMonth(connection, month, dateOf(from), dateOf(until));
  }
  await connection.command(`INSERT INTO settlements (until) VALUES ('${dateOf(until)}')`);
  return until;
};
