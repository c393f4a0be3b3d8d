/** The decimal arithmetic of money: exact for every sum, product and quotient by a power of 2 and 5 that occurs here. */
import { Big } from 'big.js';

/** 2^-30, the finest quotient that is exact, has 30 places. Others (a mean, a month) are only shown. */
export const Decimal = Big();
Decimal.DP = 30;

export type { Big };

/** Without an exponent and without superfluous zeros: `0.0000002`. */
export const plain = (value: Big): string => value.toFixed();

/** An integer of any size as a decimal. */
export const fromInteger = (value: bigint): Big => new Decimal(String(value));
