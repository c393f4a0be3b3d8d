/** Counts observations by size, apart by one label whose values come from a table of ours, so that their number is bounded. */
import type { Distribution } from './exposition.ts';

/** Seconds: from what a request takes when nothing waits, to what an exporter's patience is. */
export const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Counted {
  counts: number[];
  sum: number;
}

export class Histogram {
  readonly #label: string | undefined;
  readonly #bounds: readonly number[];
  readonly #counted = new Map<string, Counted>();

  /** @param label the label's name; without one there is a single distribution, which is there before anything is observed */
  constructor(label?: string, bounds: readonly number[] = durationBounds) {
    this.#label = label;
    this.#bounds = bounds;
    if (label === undefined) this.#of('');
  }

  /** @param value in the unit of the bounds @param labelled the label's value */
  observe(value: number, labelled = ''): void {
    const counted = this.#of(labelled);
    let index = 0;
    while (index < this.#bounds.length && value > (this.#bounds[index] as number)) index += 1;
    counted.counts[index] = (counted.counts[index] as number) + 1;
    counted.sum += value;
  }

  samples(): Distribution[] {
    return [...this.#counted].map(([value, { counts, sum }]) => ({
      ...(this.#label !== undefined && { labels: { [this.#label]: value } }),
      bounds: this.#bounds,
      counts: [...counts],
      sum,
    }));
  }

  #of(labelled: string): Counted {
    let counted = this.#counted.get(labelled);
    if (counted === undefined) {
      counted = { counts: new Array<number>(this.#bounds.length + 1).fill(0), sum: 0 };
      this.#counted.set(labelled, counted);
    }
    return counted;
  }
}
