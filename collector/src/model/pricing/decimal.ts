/** The decimal arithmetic of money: exact for every sum, product and quotient by a power of 2 and 5 that occurs here. */
import { Big } from 'big.js';

/** Other quotients (a mean, a month) are only shown; 40 digits are far beyond a cent of anything. */
export const Decimal = Big();
Decimal.DP = 40;

export type { Big };

/** Without an exponent and without superfluous zeros: `0.0000002`. */
export const plain = (value: Big): string => value.toFixed();

/** An integer of any size as a decimal. */
export const fromInteger = (value: bigint): Big => new Decimal(String(value));
