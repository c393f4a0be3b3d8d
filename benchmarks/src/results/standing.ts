/** What became of a function, in one word, and which function comes first in every report: the worst one. */
import type { FunctionResult, Metric, Result } from './result.ts';

export const standings = ['failed', 'regressed', 'over', 'inconclusive', 'unchanged', 'improved', 'measured'] as const;
/** `over`: no slower by its time, but a count or a budget is over its limit. `measured`: there was nothing to compare. */
export type Standing = (typeof standings)[number];

export const standingWords: Readonly<Record<Standing, string>> = {
  failed: 'failed',
  regressed: 'regressed',
  over: 'over its limit',
  inconclusive: 'inconclusive',
  unchanged: 'unchanged',
  improved: 'improved',
  measured: 'measured',
};

/** For screens with more than ASCII. */
export const standingSigns: Readonly<Record<Standing, string>> = {
  failed: '✖',
  regressed: '▲',
  over: '!',
  inconclusive: '?',
  unchanged: '=',
  improved: '▼',
  measured: '·',
};

const isOver = ({ counts, budgets }: FunctionResult): boolean =>
  [...counts, ...budgets].some((limited) => limited.isOver);

export const standingOf = (fn: FunctionResult): Standing => {
  if (fn.state === 'failed') return 'failed';
  if (fn.verdict === 'regressed') return 'regressed';
  return isOver(fn) ? 'over' : (fn.verdict ?? 'measured');
};

export const metricOf = (fn: FunctionResult, name: Metric['name']): Metric | undefined =>
  fn.metrics.find((metric) => metric.name === name);

/** The metric that decides; where nothing is compared, the cold start; else whatever was measured. */
export const leading = (fn: FunctionResult): Metric | undefined =>
  fn.metrics.find((metric) => metric.gates && metric.change !== null) ?? metricOf(fn, 'coldMs') ?? fn.metrics[0];

/** Larger is worse, among functions of one standing. */
const badness = (fn: FunctionResult): number => {
  const metric = leading(fn);
  return metric?.change?.ratio.p50 ?? metricOf(fn, 'coldMs')?.head.p50 ?? 0;
};

/** A copy, the worst first; equals stay in their order. */
export const worstFirst = (functions: readonly FunctionResult[]): FunctionResult[] =>
  functions.toSorted(
    (a, b) => standings.indexOf(standingOf(a)) - standings.indexOf(standingOf(b)) || badness(b) - badness(a),
  );

/** How many functions have each standing, the worst first; without those that nobody has. */
export const tally = (functions: readonly FunctionResult[]): { standing: Standing; count: number }[] =>
  standings
    .map((standing) => ({ standing, count: functions.filter((fn) => standingOf(fn) === standing).length }))
    .filter(({ count }) => count > 0);

/** Whether the check fails because of a function that stands so. */
export const failsCheck = (standing: Standing, { settings }: Pick<Result, 'settings'>): boolean =>
  standing === 'failed' ||
  standing === 'regressed' ||
  standing === 'over' ||
  (standing === 'inconclusive' && settings.gate?.strict === true);
