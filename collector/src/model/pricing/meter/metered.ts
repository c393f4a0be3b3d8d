/**
 * What meters give. A figure that cannot be true is kept and named, and meters nothing: neither a negative nor an absurd
 * one may reach a sum, for one such line would be the top of every ranking.
 */
import type { Usage } from '../bill.ts';

export interface Metered {
  usages: Usage[];
  /** One sentence each, such as `billedMs is -5, which is below 0.` */
  doubts: string[];
}

/** Longer than any invocation or instance that somebody pays for is let live. */
export const longestMs = 31 * 86_400_000;
const largestMb = 1_048_576;

const bounds = {
  ms: { least: 0, most: longestMs },
  mb: { least: 1, most: largestMb },
  milliVcpu: { least: 1, most: 1_000_000 },
  bytes: { least: 0, most: 2 ** 50 },
  count: { least: 0, most: 1e12 },
} as const;

export type Quantity = keyof typeof bounds;

/** Takes figures as they came, and remembers which cannot be true. */
export class Figures {
  readonly doubts: string[] = [];

  /** The figure, or `null` where it is none or out of bounds. */
  take(name: string, value: number, quantity: Quantity): number | null {
    const { least, most } = bounds[quantity];
    if (typeof value === 'number' && value >= least && value <= most) return value;
    const why =
      Number.isNaN(value) || typeof value !== 'number'
        ? 'no number'
        : value < least
          ? `below ${least}`
          : `above ${most}`;
    this.doubts.push(`${name} is ${String(value).slice(0, 40)}, which is ${why}.`);
    return null;
  }

  /** As {@link take}, for a figure that may be missing: then it is 0. */
  takeOr0(name: string, value: number | undefined, quantity: Quantity): number | null {
    return value === undefined ? 0 : this.take(name, value, quantity);
  }

  /** What is wrong with several figures together. */
  doubt(sentence: string): void {
    this.doubts.push(sentence);
  }
}
