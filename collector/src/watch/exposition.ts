/**
 * Metrics written down as Prometheus reads them: its text format 0.0.4, and OpenMetrics 1.0 for whoever asks for that.
 *
 * Our own 60 lines instead of `prom-client`: nearly every figure exists already, in the receiver's and the buffer's own
 * counts, and is only read when somebody asks; a second registry of counters that are kept in step would be the larger part.
 * Names follow Prometheus' conventions: base units, the unit in the name, `_total` behind what only grows.
 */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  labels?: Labels;
  value: number;
}

/** Upper bounds and how many observations fell into each; the last count is of those above all bounds. */
export interface Distribution {
  labels?: Labels;
  bounds: readonly number[];
  counts: readonly number[];
  sum: number;
}

interface Named {
  /** Without `_total`, which is how OpenMetrics names a family. */
  name: string;
  help: string;
}

export type Family =
  | (Named & { type: 'counter' | 'gauge'; samples: readonly Sample[] })
  | (Named & { type: 'histogram'; samples: readonly Distribution[] });

export const textFormat = 'text/plain; version=0.0.4; charset=utf-8';
export const openMetricsFormat = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What a scraper wants, by its Accept header: Prometheus names OpenMetrics there when it reads that too. */
export const formatFor = (accept: string | undefined): string =>
  /application\/openmetrics-text/i.test(accept ?? '') ? openMetricsFormat : textFormat;

/** @param format one of the two above */
export function exposition(families: readonly Family[], format: string): string {
  const isOpen = format === openMetricsFormat;
  const lines = families.flatMap((family) => {
    const isCounter = family.type === 'counter';
    const metric = isCounter ? `${family.name}_total` : family.name;
    const title = isOpen ? family.name : metric;
    return [
      `# HELP ${title} ${escapedHelp(family.help)}`,
      `# TYPE ${title} ${family.type}`,
      ...(family.type === 'histogram'
        ? family.samples.flatMap((distribution) => bucketLines(metric, distribution))
        : family.samples.map(({ labels, value }) => line(metric, labels, value))),
    ];
  });
  return `${[...lines, ...(isOpen ? ['# EOF'] : [])].join('\n')}\n`;
}

function bucketLines(metric: string, { labels = {}, bounds, counts, sum }: Distribution): string[] {
  let total = 0;
  const buckets = [...bounds, Infinity].map((bound, index) => {
    total += counts[index] ?? 0;
    return line(`${metric}_bucket`, { ...labels, le: boundText(bound) }, total);
  });
  return [...buckets, line(`${metric}_sum`, labels, sum), line(`${metric}_count`, labels, total)];
}

const line = (metric: string, labels: Labels | undefined, value: number): string =>
  `${metric}${labelText(labels)} ${number(value)}`;

function labelText(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const number = (value: number): string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : Number.isNaN(value) ? 'NaN' : String(value);

/** OpenMetrics wants bounds to look like floating point: `1.0`. */
const boundText = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : number(bound));

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapedValue = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');
