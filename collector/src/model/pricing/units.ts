/**
 * What is billed is counted in integers: each unit of a price has a smaller one that holds every metered quantity
 * exactly. Sums of these can be stored and added in any order.
 */
import { type Big, Decimal, fromInteger } from './decimal.ts';

/**
 * How many of the smaller unit one unit of the price holds. All are products of 2 and 5, so that quotients are finite.
 * GB is 2^30 bytes here and MB 2^20, as Lambda, Azure and Google count memory.
 */
export const subunits = {
  request: 1n,
  /** MB x ms */
  'GB-second': 1_024_000n,
  /** MB x ms */
  'GiB-second': 1_024_000n,
  /** MHz x ms */
  'GHz-second': 1_000_000n,
  /** thousandths of a vCPU x ms */
  'vCPU-second': 1_000_000n,
  /** microseconds of CPU time */
  'CPU-ms': 1_000n,
  /** bytes */
  GB: 1_073_741_824n,
  month: 1n,
} as const;

/** What can be metered. */
export type MeteredUnit = keyof typeof subunits;

/** What can have a price. An hour is no product of 2 and 5, so what is bought by the hour is not metered here. */
export type Unit = MeteredUnit | 'hour' | 'vCPU-hour' | 'GB-hour';

/** One of the smaller unit, in the unit of the price. A product is far less work than a quotient, and as exact. */
const perSubunit = Object.fromEntries(
  Object.entries(subunits).map(([unit, count]) => [unit, new Decimal(1).div(String(count))]),
) as Readonly<Record<MeteredUnit, Big>>;

/** The units of the price, exactly. */
export const inUnits = (amount: bigint | Big, unit: MeteredUnit): Big =>
  (typeof amount === 'bigint' ? fromInteger(amount) : amount).times(perSubunit[unit]);

/** Hours of a month, as the providers' own calculators count. */
export const hoursPerMonth = 730;
export const msPerHour = 3_600_000;

/** Dollars of one window, as dollars of a month. */
export const perMonth = (usd: Big, windowMs: number): Big =>
  new Decimal(usd).times(hoursPerMonth * msPerHour).div(windowMs);
