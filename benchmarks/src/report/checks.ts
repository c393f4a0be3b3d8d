/** What a pull request is held to, as a flat list: for reports that count passes and failures. */
import type { FunctionResult, Place, Result } from '../results/result.ts';
import {
  budgetSentence,
  changeSentence,
  countSentence,
  culpritSentences,
  failureSentence,
  metricWords,
} from './findings.ts';

/** `error`: it could not be measured. */
export type Outcome = 'passed' | 'failed' | 'inconclusive' | 'error';

export interface Check {
  name: string;
  outcome: Outcome;
  /** One sentence; names between backticks. */
  finding: string;
  /** What lies behind a check that failed, one sentence each. */
  reasons: string[];
  /** Where in the user's code; the function's own file where nothing more is known. */
  place: Place;
  /** Median of it in milliseconds, where it is a time. */
  tookMs: number | null;
}

const outcomes = {
  regressed: 'failed',
  improved: 'passed',
  unchanged: 'passed',
  inconclusive: 'inconclusive',
} as const;

/** Where the dearest culprit is imported. */
const guiltyPlace = (fn: FunctionResult): Place =>
  fn.culprits.flatMap(({ importedBy }) => importedBy)[0] ?? { file: fn.file, line: null };

/** In the order in which a person asks: could it be measured, is it slower, is it larger, is it too slow. */
export const checksOf = (fn: FunctionResult, { settings }: Pick<Result, 'settings'>): Check[] => {
  const own: Place = { file: fn.file, line: null };
  if (fn.state === 'failed') {
    return [
      { name: 'measurement', outcome: 'error', finding: failureSentence(fn), reasons: [], place: own, tookMs: null },
    ];
  }
  const times = fn.metrics
    .filter((metric) => metric.gates && metric.change !== null)
    .map((metric): Check => {
      const outcome = metric.change === null ? 'passed' : outcomes[metric.change.verdict];
      const isStrict = outcome === 'inconclusive' && settings.gate?.strict === true;
      return {
        name: metricWords[metric.name].name,
        outcome: isStrict ? 'failed' : outcome,
        finding: `${changeSentence(metric)}${outcome === 'inconclusive' ? ': the interval is too wide to tell' : ''}`,
        reasons: outcome === 'failed' ? culpritSentences(fn) : [],
        place: outcome === 'failed' ? guiltyPlace(fn) : own,
        tookMs: metric.head.p50,
      };
    });
  const counts = fn.counts
    .filter(({ limit }) => limit !== null)
    .map(
      (count): Check => ({
        name: count.name,
        outcome: count.isOver ? 'failed' : 'passed',
        finding: countSentence(count),
        reasons: count.isOver ? culpritSentences(fn) : [],
        place: count.isOver ? guiltyPlace(fn) : own,
        tookMs: null,
      }),
    );
  const budgets = fn.budgets.map(
    (budget): Check => ({
      name: `budget ${budget.name}`,
      outcome: budget.isOver ? 'failed' : 'passed',
      finding: budgetSentence(budget),
      reasons: [],
      place: own,
      tookMs: null,
    }),
  );
  const checks = [...times, ...counts, ...budgets];
  if (checks.length > 0) return checks;
  const cold = fn.metrics.find(({ name }) => name === 'coldMs') ?? fn.metrics[0];
  const finding = cold === undefined ? 'measured' : changeSentence(cold);
  return [{ name: 'measurement', outcome: 'passed', finding, reasons: [], place: own, tookMs: cold?.head.p50 ?? null }];
};
