/** What the samples of a function say, figure by figure: alone, or base against head. */
import type { Sample, SampleFigure } from '../measure/sample.ts';
import type { Metric, MetricName, Spread } from '../results/result.ts';
import { bootstrapMedian, type Paired, paired } from './paired.ts';
import type { GateSettings } from './settings.ts';
import { verdictOf } from './verdict.ts';

const figures: Readonly<Record<MetricName, SampleFigure>> = {
  coldCpuMs: 'cpuMs',
  coldMs: 'coldMs',
  readyMs: 'readyMs',
  rssMb: 'rssMb',
};

/** The figure of every sample; `null` where not all of them have it. */
const valuesOf = (samples: readonly Sample[], name: MetricName): number[] | null => {
  const values = samples.map((sample) => sample[figures[name]]).filter((value) => value !== null);
  return values.length > 0 && values.length === samples.length ? values : null;
};

/**
 * CPU time decides, for it finds an increase of 8 % in 20 pairs where wall time finds every second one; without it wall
 * time has to.
 */
export const gatingMetric = (samples: readonly Sample[]): MetricName =>
  valuesOf(samples, 'coldCpuMs') === null ? 'coldMs' : 'coldCpuMs';

export const spreadOf = (values: readonly number[], settings: GateSettings): Spread => ({
  ...bootstrapMedian(values, settings),
  min: Math.min(...values),
  max: Math.max(...values),
  samples: values.length,
});

/**
 * The pairs of one figure; `null` where it was not seen.
 * @param confidence of the look
 */
export const pairedFigure = (
  base: readonly Sample[],
  head: readonly Sample[],
  name: MetricName,
  settings: GateSettings,
  confidence: number,
): Paired | null => {
  const [before, after] = [valuesOf(base, name), valuesOf(head, name)];
  if (before === null || after === null) return null;
  return paired(before, after, { ...settings, confidence });
};

/** Memory has no milliseconds: there the percents alone count. */
const ruleFor = (name: MetricName, settings: GateSettings): GateSettings =>
  name === 'rssMb' ? { ...settings, leastMs: 0 } : settings;

/**
 * Every figure that was seen.
 * @param base `null` where nothing is compared; else as many samples as of head, in pairs
 * @param confidence of the intervals of the changes, corrected for the looks
 */
export const metricsOf = (
  base: readonly Sample[] | null,
  head: readonly Sample[],
  settings: GateSettings,
  confidence = settings.confidence,
): Metric[] => {
  const gating = gatingMetric(base === null ? head : [...base, ...head]);
  return (Object.keys(figures) as MetricName[]).flatMap((name): Metric[] => {
    const after = valuesOf(head, name);
    if (after === null) return [];
    const before = base === null ? null : valuesOf(base, name);
    const compared = base === null ? null : pairedFigure(base, head, name, settings, confidence);
    return [
      {
        name,
        gates: name === gating,
        base: before === null ? null : spreadOf(before, settings),
        head: spreadOf(after, settings),
        change: compared === null ? null : { ...compared, verdict: verdictOf(compared, ruleFor(name, settings)) },
      },
    ];
  });
};
