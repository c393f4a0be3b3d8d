/** What a comparison says, by one rule. */
import type { Verdict } from '../results/result.ts';
import type { Paired } from './paired.ts';
import type { GateSettings } from './settings.ts';

type Rule = Pick<GateSettings, 'surePercent' | 'leastPercent' | 'leastMs' | 'widestPercent'>;

/**
 * `regressed`: surely by more than `surePercent`, and by as much as anybody notices, in percent and in milliseconds;
 * `improved`: the same the other way; `inconclusive`: neither, and the interval is too wide to call it `unchanged`.
 */
export const verdictOf = ({ ratio, difference }: Paired, rule: Rule): Verdict => {
  const [sure, least] = [rule.surePercent / 100, rule.leastPercent / 100];
  if (ratio.ciLow > sure && ratio.p50 >= least && difference.p50 >= rule.leastMs) return 'regressed';
  if (ratio.ciHigh < -sure && ratio.p50 <= -least && difference.p50 <= -rule.leastMs) return 'improved';
  return (ratio.ciHigh - ratio.ciLow) / 2 > rule.widestPercent / 100 ? 'inconclusive' : 'unchanged';
};

/**
 * Whether more pairs could still change the verdict: a change is there, or the interval leaves no room for one that
 * counts.
 */
export const isDecided = (compared: Paired, rule: Rule): boolean => {
  const verdict = verdictOf(compared, rule);
  if (verdict !== 'unchanged') return verdict !== 'inconclusive';
  const { ratio, difference } = compared;
  const least = rule.leastPercent / 100;
  const isSmall = ratio.ciLow > -least && ratio.ciHigh < least;
  return isSmall || (difference.ciLow > -rule.leastMs && difference.ciHigh < rule.leastMs);
};

/** Of several, what a person has to know first. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict => {
  const order: readonly Verdict[] = ['regressed', 'inconclusive', 'improved'];
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'unchanged';
};
