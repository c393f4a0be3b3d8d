/** A collector's `/metrics`, as far as the doctor asks: figures by name and label. */

interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export class Scraped {
  readonly #samples = new Map<string, Sample[]>();

  /** @param text Prometheus' text format; lines that are none of it are passed over */
  constructor(text: string) {
    for (const each of text.split('\n')) {
      const [, name, labels = '', value] = line.exec(each) ?? [];
      if (name === undefined) continue;
      const sample = {
        labels: Object.fromEntries([...labels.matchAll(label)].map(([, key, text]) => [key, text])),
        value: Number(value?.replace('Inf', 'Infinity')),
      };
      this.#samples.set(name, [...(this.#samples.get(name) ?? []), sample]);
    }
  }

  /** The sum over all labels; undefined where there is no such figure, as with an older collector. */
  figure(name: string): number | undefined {
    return this.#samples.get(name)?.reduce((sum, { value }) => sum + value, 0);
  }

  /** Figures above 0 by the value of one label, the largest first. */
  by(name: string, of: string): [string, number][] {
    const samples = this.#samples.get(name) ?? [];
    return samples
      .map(({ labels, value }): [string, number] => [labels[of] ?? '', value])
      .filter(([, value]) => value > 0)
      .sort(([, a], [, b]) => b - a);
  }

  label(name: string, of: string): string | undefined {
    return this.#samples.get(name)?.[0]?.labels[of];
  }

  /** The least bound of a histogram that this share of its observations is below; undefined where there are none. */
  quantile(name: string, share: number): number | undefined {
    const counts = new Map<number, number>();
    for (const { labels, value } of this.#samples.get(`${name}_bucket`) ?? []) {
      const bound = Number(labels.le?.replace('Inf', 'Infinity'));
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    const total = counts.get(Infinity) ?? 0;
    if (total === 0) return undefined;
    return [...counts].sort(([a], [b]) => a - b).find(([, below]) => below >= total * share)?.[0];
  }
}
