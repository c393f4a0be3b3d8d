/**
 * Windows as sealed periods have them: from an hour on, made of whole days and of the hours of the days at both ends. Hours are
 * kept for some weeks only, so a window that goes further back begins with a day.
 */
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** The table of hours keeps 35 days; two of them are for clocks and for a table that expires late or early. */
const hoursBackMs = 33 * dayMs;

/** Clocks of functions may be ahead of ours. */
const aheadMs = dayMs;

export interface SealedWindow {
  sinceMs: number;
  /** Of every statement that is made of the rows below. */
  parameters: { since_s: number; until_s: number };
}

const floorTo = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;

/** @param untilMs absent = up to now, and what clocks that are ahead have told */
export const sealedWindow = (windowMs: number, nowMs: number, untilMs = nowMs + aheadMs): SealedWindow => {
  const askedMs = Math.min(nowMs, untilMs) - windowMs;
  const sinceMs = floorTo(askedMs, nowMs - askedMs > hoursBackMs ? dayMs : hourMs);
  const parameters = { since_s: sinceMs / 1_000, until_s: floorTo(untilMs, hourMs) / 1_000 };
  return { sinceMs, parameters };
};

const begin = `toDateTime({since_s:Int64}, 'UTC')`;
const end = `toDateTime({until_s:Int64}, 'UTC')`;
const isWholeDay = `toDateTime(day, 'UTC') >= ${begin} AND toDateTime(day, 'UTC') + INTERVAL 1 DAY <= ${end}`;

/** Hours alone, for a window that is short enough for them. @param where on the table's columns */
export const hourlyRows = (columns: string, where: string): string => `
    (SELECT ${columns} FROM function_hours
     WHERE day >= toDate(${begin}) AND day <= toDate(${end}) AND hour >= ${begin} AND hour < ${end} AND ${where})`;

/** Rows of the rollups within the window. @param columns that both tables have */
export const rolledRows = (columns: string, where: string): string => `
    (SELECT ${columns} FROM function_days
     WHERE day >= toDate(${begin}) AND day < toDate(${end}) AND ${isWholeDay} AND ${where}
     UNION ALL
     SELECT ${columns} FROM ${hourlyRows('*', `day IN (toDate(${begin}), toDate(${end})) AND NOT (${isWholeDay}) AND ${where}`)})`;

export const coldStartRows = (where: string): string => `
    (SELECT * FROM cold_starts
     WHERE day >= toDate(${begin}) AND day <= toDate(${end})
       AND at >= toDateTime64({since_s:Int64}, 3, 'UTC') AND at < toDateTime64({until_s:Int64}, 3, 'UTC') AND ${where})`;

/** Levels for the ceil(p n)-th of n values: a little lower, or the next one would be taken where p n is whole. */
export const nearestLevels = (percents: readonly number[]): string =>
  percents.map((percent) => percent / 100 - 1e-9).join(', ');

export const nearestRank = (percents: readonly number[], values: string): string =>
  `quantilesExact(${nearestLevels(percents)})(${values})`;

/** Sums are kept in millionths, for a sampled invocation stands for several. */
const ppm = 1_000_000n;

/** Millionths to whole ones, rounded: where nothing is sampled that is exact. */
export const wholeOf = (millionths: bigint): bigint => (millionths + ppm / 2n) / ppm;
export const whole = (millionths: string): number => Number(wholeOf(BigInt(millionths)));

/** As ClickHouse has numbers of 64 bits: texts. */
export type Nanoseconds = string | number | null;

export const milliseconds = (ns: Nanoseconds | undefined): number | null =>
  ns === null || ns === undefined ? null : Number(ns) / 1e6;
