/** Shorthand of the tables: rates that share provider, source and date. */
import type { Architecture, Rate, Tier } from '../price-book.ts';
import type { Unit } from '../units.ts';

/** From a number of units in a month on: dollars a unit. */
export type TierRow = readonly [fromUnits: string, usd: string];

export interface RateRow {
  product: string;
  unit: Unit;
  /** One price, or tiers. */
  usd: string | readonly TierRow[];
  arch?: Architecture;
  /** Absent = `*`. */
  region?: string;
  source?: string;
  date?: string;
  unverified?: true;
}

/** @param shared what every row has that does not say otherwise */
export const table = (shared: { provider: string; source: string; date: string }, rows: readonly RateRow[]): Rate[] =>
  rows.map(({ usd, region = '*', ...row }) => ({ ...shared, ...row, region, tiers: tiersOf(usd) }));

const tiersOf = (usd: RateRow['usd']): Tier[] =>
  typeof usd === 'string'
    ? [{ fromUnits: '0', usd }]
    : usd.map(([fromUnits, tierUsd]) => ({ fromUnits, usd: tierUsd }));
