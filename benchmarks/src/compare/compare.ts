/** Measures base and head together until a look decides, and puts together what a result says of it. */
import { type InterleaveOptions, interleave, type Variant } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import type { Metric, Verdict } from '../results/result.ts';
import { looksAt } from './looks.ts';
import { gatingMetric, metricsOf, pairedFigure } from './metrics.ts';
import type { GateSettings } from './settings.ts';
import { isDecided, worstOf } from './verdict.ts';

export interface Comparison {
  samples: { base: Sample[]; head: Sample[] };
  metrics: Metric[];
  /** Of the metric that gates. */
  verdict: Verdict;
  /** Numbers of pairs at which was looked. */
  looks: number[];
}

/**
 * Looks at pairs as they come, and ends at the first look that decides. Where they come from is the caller's business.
 * @param rounds samples of base and head each; it is ended early where it can be
 * @throws RangeError when there are fewer rounds than the last look needs; whatever `rounds` throws
 */
export const compareRounds = async (
  rounds: AsyncIterable<readonly Sample[]> | Iterable<readonly Sample[]>,
  settings: GateSettings,
): Promise<Comparison> => {
  const looks = looksAt(settings.looks, settings.confidence);
  const samples: Comparison['samples'] = { base: [], head: [] };
  const looked: number[] = [];
  for await (const [base, head] of rounds) {
    if (!base || !head) throw new RangeError('a round needs a sample of base and one of head');
    samples.base.push(base);
    samples.head.push(head);
    const look = looks.find(({ pairs }) => pairs === samples.head.length);
    if (!look) continue;
    looked.push(look.pairs);
    const gating = gatingMetric([...samples.base, ...samples.head]);
    const compared = pairedFigure(samples.base, samples.head, gating, settings, look.confidence);
    if (!look.isLast && !(compared && isDecided(compared, settings))) continue;
    const metrics = metricsOf(samples.base, samples.head, settings, look.confidence);
    const verdicts = metrics.flatMap(({ gates, change }) => (gates && change ? [change.verdict] : []));
    return { samples, metrics, verdict: worstOf(verdicts), looks: looked };
  }
  throw new RangeError(`${samples.head.length} pairs are not enough for a look at ${looks.at(-1)?.pairs}`);
};

/** How both sides are measured; how many rounds is up to the looks. */
export type CompareOptions = Omit<InterleaveOptions, 'rounds' | 'warmups'>;

/**
 * Starts base and head in interleaved pairs.
 * @throws `VariantTrouble` when a start fails (variant 0 = base, 1 = head); the signal's reason when aborted
 */
export const compareVariants = (
  base: Variant,
  head: Variant,
  settings: GateSettings,
  options: CompareOptions = {},
): Promise<Comparison> => {
  const rounds = settings.looks.at(-1) ?? 0;
  return compareRounds(interleave([base, head], { ...options, rounds, warmups: settings.warmups }), settings);
};
