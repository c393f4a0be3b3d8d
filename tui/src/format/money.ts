/** Money that is added up, and taken off again, without drifting: whole dollars and whole picodollars. */

export interface Money {
  /** Amounts that were known. */
  known: number;
  dollars: number;
  picodollars: number;
}

export const noMoney = (): Money => ({ known: 0, dollars: 0, picodollars: 0 });

const picoPerDollar = 1e12;

/**
 * Of each amount counts what a number can hold of it: picodollars up to 9,007 dollars.
 * @param usd `null` = not known: nothing is added
 * @param sign -1 = taken off
 */
export function addUsd(money: Money, usd: number | null, sign: 1 | -1 = 1): void {
  if (usd === null || !Number.isFinite(usd)) return;
  const whole = Math.trunc(usd);
  money.known += sign;
  money.dollars += sign * whole;
  money.picodollars += sign * Math.round((usd - whole) * picoPerDollar);
  // Far below where numbers stop to be whole.
  if (Math.abs(money.picodollars) < picoPerDollar) return;
  const carried = Math.trunc(money.picodollars / picoPerDollar);
  money.dollars += carried;
  money.picodollars -= carried * picoPerDollar;
}

/** `null` when no amount is known. */
export const usdOf = ({ known, dollars, picodollars }: Money): number | null =>
  known === 0 ? null : dollars + picodollars / picoPerDollar;
