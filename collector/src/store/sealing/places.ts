/** Where sealed days lie: open ones each in a partition of its own, settled ones in that of their month. */
import type { Tier } from '../schema/005-sealed-periods.ts';
import { dayS, hourS } from './stretches.ts';

/** Hours and days are counted since 1970. */
export const dayOf = (hour: number): number => Math.floor((hour * hourS) / dayS);
export const dateOf = (day: number): string => new Date(day * dayS * 1_000).toISOString().slice(0, 10);
export const hoursOfDay = (day: number): number[] => Array.from({ length: 24 }, (_, at) => (day * dayS) / hourS + at);
/** As the engine names a month's partition, such as 202611. */
export const monthOf = (day: number): string => dateOf(day).slice(0, 7).replace('-', '');

/** What takes the place of what was there, at once. */
export interface Place {
  tier: Tier;
  /** As ALTER TABLE takes it. */
  partition: string;
  /** On the column `day`: which rows of the tier's tables count there. */
  holds: string;
}

const placeOf = (day: number, settledUntil: number): Place =>
  day < settledUntil
    ? {
        tier: 'settled',
        partition: monthOf(day),
        holds: `toYYYYMM(day) = ${monthOf(day)} AND day < '${dateOf(settledUntil)}'`,
      }
    : { tier: 'open', partition: `'${dateOf(day)}'`, holds: `day = '${dateOf(day)}'` };

/** @param settledUntil days before this one are settled */
export const byPlace = (
  hours: Iterable<number>,
  settledUntil: number,
): { place: Place; hours: readonly number[] }[] => {
  const found = new Map<string, { place: Place; hours: number[] }>();
  for (const hour of hours) {
    const place = placeOf(dayOf(hour), settledUntil);
    const known = found.get(place.holds);
    if (known) known.hours.push(hour);
    else found.set(place.holds, { place, hours: [hour] });
  }
  return [...found.values()];
};
