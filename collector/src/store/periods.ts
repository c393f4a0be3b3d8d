/** Windows as sealed periods have them: whole hours at their begin, whole days behind it. */
export const hourMs = 3_600_000;

export interface SealedWindow {
  sinceMs: number;
  untilMs: number;
}

export const sealedWindow = (sinceMs: number, nowMs: number): SealedWindow => ({
  sinceMs: Math.floor((nowMs - sinceMs) / hourMs) * hourMs,
  untilMs: nowMs,
});

const begin = `toDateTime({since_s:Int64}, 'UTC')`;

/** Rows of the rollups within the window that begins at `{since_s:Int64}`. @param columns that both tables have */
export const rolledRows = (columns: string, where: string): string => `
    (SELECT ${columns} FROM function_days WHERE day > toDate(${begin}) AND ${where}
     UNION ALL
     SELECT ${columns} FROM function_hours WHERE day = toDate(${begin}) AND hour >= ${begin} AND ${where})`;

/** Hours alone, for a window that is short enough for them. */
export const hourlyRows = (columns: string, where: string): string => `
    (SELECT ${columns} FROM function_hours WHERE day >= toDate(${begin}) AND hour >= ${begin} AND ${where})`;

export const coldStartRows = (where: string): string => `
    (SELECT * FROM cold_starts
     WHERE day >= toDate(${begin}) AND at >= toDateTime64({since_s:Int64}, 3, 'UTC') AND ${where})`;

/** The ceil(p n)-th of n values: by the first step, a quantile would be the next one where p n is whole. */
export const nearestRank = (percents: readonly number[], values: string): string =>
  `quantilesExact(${percents.map((percent) => percent / 100 - 1e-9).join(', ')})(${values})`;

/** Sums are kept in millionths, for a sampled invocation stands for several. */
const ppm = 1_000_000n;

/** Millionths to whole ones, rounded: where nothing is sampled that is exact. */
export const wholeOf = (millionths: bigint): bigint => (millionths + ppm / 2n) / ppm;
export const whole = (millionths: string): number => Number(wholeOf(BigInt(millionths)));

/** As ClickHouse has numbers of 64 bits: texts. */
export type Nanoseconds = string | number | null;

export const milliseconds = (ns: Nanoseconds | undefined): number | null =>
  ns === null || ns === undefined ? null : Number(ns) / 1e6;
