/**
 * Windows as sealed periods have them. Up to a week they begin with an hour, and are made of whole days and of the hours of the
 * days at both ends; longer ones begin with a day: a month is answered from days alone, in half the time.
 */
import type { TieredName } from './schema/005-sealed-periods.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** Windows and trends are by the hour up to here. */
export const hourlyUpToMs = 7 * dayMs;
/** The table of hours keeps 35 days; two of them are for clocks and for a table that expires late or early. */
export const hoursBackMs = 33 * dayMs;

export interface SealedWindow {
  sinceMs: number;
  /** Of every statement that is made of the rows below. */
  parameters: { since_s: number; until_s: number };
  /** It lies within the days that are open for certain, by anybody's clock: nothing else is looked at. */
  isOpen: boolean;
  /** A day is not whole in it. */
  hasHours: boolean;
}

const floorTo = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;

/** Whether days from then on are open for certain: a day before today is settled no earlier than two days later. */
export const isOpenSince = (sinceMs: number, nowMs = 0): boolean =>
  sinceMs >= floorTo(Math.max(nowMs, Date.now()), dayMs) - dayMs;

interface SealedWindowOptions {
  /** Absent = up to now, and what clocks of functions that are up to a day ahead have told. */
  endMs?: number;
  /** Longer windows, counted from now, begin with a day; at most {@link hoursBackMs}. */
  byHourUpToMs?: number;
}

export const sealedWindow = (
  windowMs: number,
  nowMs: number,
  { endMs, byHourUpToMs = hourlyUpToMs }: SealedWindowOptions = {},
): SealedWindow => {
  const askedMs = Math.min(nowMs, endMs ?? nowMs) - windowMs;
  const stepMs = nowMs - askedMs > byHourUpToMs ? dayMs : hourMs;
  const sinceMs = floorTo(askedMs, stepMs);
  const untilMs = endMs === undefined ? floorTo(nowMs, dayMs) + 2 * dayMs : floorTo(endMs, stepMs);
  return {
    sinceMs,
    parameters: { since_s: sinceMs / 1_000, until_s: untilMs / 1_000 },
    isOpen: isOpenSince(sinceMs, nowMs),
    hasHours: sinceMs % dayMs !== 0 || untilMs % dayMs !== 0,
  };
};

const begin = `toDateTime({since_s:Int64}, 'UTC')`;
const end = `toDateTime({until_s:Int64}, 'UTC')`;
const isWholeDay = `toDateTime(day, 'UTC') >= ${begin} AND toDateTime(day, 'UTC') + INTERVAL 1 DAY <= ${end}`;

/** A view that has open and settled days, or the open ones alone, which take the server less thought. */
export const daysTable = (name: TieredName, isOpen: boolean): string => (isOpen ? `open_${name}` : name);

/** Hours alone, for a window that is short enough for them. @param where on the table's columns */
export const hourlyRows = (columns: string, where: string): string => `
    (SELECT ${columns} FROM function_hours
     WHERE day >= toDate(${begin}) AND day <= toDate(${end}) AND hour >= ${begin} AND hour < ${end} AND ${where})`;

const hoursAtTheEnds = `day IN (toDate(${begin}), toDate(${end})) AND NOT (${isWholeDay})`;

const isWithinDays = `day >= toDate(${begin}) AND day < toDate(${end})`;

/** Rows of the rollups within the window. @param columns that both tables have */
export const rolledRows = (window: SealedWindow, columns: string, where: string): string => {
  const ofDays = `SELECT ${columns} FROM ${daysTable('function_days', window.isOpen)} WHERE ${isWithinDays} AND ${where}`;
  return window.hasHours
    ? `
    (${ofDays} AND ${isWholeDay}
     UNION ALL
     SELECT * FROM ${hourlyRows(columns, `${hoursAtTheEnds} AND ${where}`)})`
    : `(${ofDays})`;
};

const isWithin = `day >= toDate(${begin}) AND day <= toDate(${end})
       AND at >= toDateTime64({since_s:Int64}, 3, 'UTC') AND at < toDateTime64({until_s:Int64}, 3, 'UTC')`;

/** Where days are whole the time of each is not read: a third of what ranking a month takes. */
export const coldStartRows = (window: SealedWindow, where: string): string => `
    (SELECT * FROM ${daysTable('cold_starts', window.isOpen)}
     WHERE ${window.hasHours ? isWithin : isWithinDays} AND ${where})`;

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
