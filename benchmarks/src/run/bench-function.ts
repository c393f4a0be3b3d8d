/** One function of a `bench` run: its times, its modules, what they say, and what was tried. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { budgetsOf } from '../compare/budgets.ts';
import { type Comparison, compareVariants } from '../compare/compare.ts';
import { countsOf } from '../compare/counts.ts';
import { metricsOf } from '../compare/metrics.ts';
import { collect, type Variant, VariantTrouble } from '../measure/interleave.ts';
import type { Condition } from '../measure/sample.ts';
import type { Culprit, CulpritChange, FunctionResult, Verdict } from '../results/result.ts';
import { culpritsBetween } from '../tree/culprits.ts';
import { summarize } from '../tree/summarize.ts';
import { readChange } from '../whatif/index.ts';
import { tryOut } from '../whatif/try-out.ts';
import { informingRounds, type Pair, type Run } from './bench-run.ts';
import { noticesOn } from './conditions.ts';
import { memoryCurve } from './memory-curve.ts';
import { emptyFunction } from './result-of.ts';
import { treeIfPossible } from './trees.ts';

const treesASide = 3;

const failed = (variant: Variant, error: Trouble, side: 'base' | 'head', cwd: string): FunctionResult => ({
  ...emptyFunction(variant, cwd),
  state: 'failed',
  failure: { message: error.message, next: error.next, side },
});

/** Samples of both sides, or of the head alone. */
const measureTimes = async (
  base: Variant | null,
  head: Variant,
  { settings, line, signal }: Run,
): Promise<Pick<Comparison, 'samples' | 'metrics'> & { verdict: Verdict | null }> => {
  const options = { signal, onProgress: line.update };
  if (base !== null) return compareVariants(base, head, settings, options);
  const rounds = settings.looks.at(-1) ?? 0;
  const [samples = []] = await collect([head], { ...options, rounds, warmups: settings.warmups });
  return { samples: { base: [], head: samples }, metrics: metricsOf(null, samples, settings), verdict: null };
};

/** Changes that only a clock tells of. */
const byTheClock: readonly CulpritChange[] = ['slower', 'faster', 'own code'];

/** Where the function itself did not change its time, a module that seems to have is the machine's noise. */
const isWorthNaming =
  (verdict: Verdict | null) =>
  ({ change }: Culprit): boolean =>
    verdict === 'regressed' || verdict === 'improved' || !byTheClock.includes(change);

/**
 * @param roots of both checkouts; the base's is `null` where nothing is compared
 * @returns a failed measurement as a result, so that the other functions are measured all the same
 * @throws `Trouble` for wrong usage only; the signal's reason when aborted
 */
export const measureFunction = async (
  pair: Pair,
  condition: Condition,
  roots: { base: string | null; head: string },
  run: Run,
): Promise<FunctionResult> => {
  const { request, settings, prices, line, signal } = run;
  const head: Variant = { target: pair.head, condition };
  const base: Variant | null = pair.base && { target: pair.base, condition };
  line.step(`${base ? 'comparing' : 'measuring'} ${pair.head.name}${condition.name ? ` (${condition.name})` : ''}`);
  let isTimed = false;
  try {
    const { samples, metrics, verdict } = await measureTimes(base, head, run);
    isTimed = true;
    line.step(`watching the modules of ${pair.head.name}`);
    const notices = await noticesOn(head.target, condition, request.coldPerMonth !== null);
    const note = (text: string): void => void notices.push(text);
    const headTree = await treeIfPossible(head, treesASide, samples.head, signal, note);
    const baseTree = base && (await treeIfPossible(base, treesASide, samples.base, signal, note));
    const [headSummary, baseSummary] = [headTree && summarize(headTree), baseTree && summarize(baseTree)];
    const counts = headSummary === null ? [] : countsOf(baseSummary, headSummary, settings);
    const changes = request.try.map(readChange);
    if (changes.length > 0) line.step(`trying ${request.try.join(', ')} on ${pair.head.name}`);
    const tried = { ...informingRounds, coldPerMonth: request.coldPerMonth, prices, signal, onProgress: line.update };
    return {
      ...emptyFunction(head, request.cwd),
      state: base ? 'compared' : 'measured',
      notices,
      verdict,
      metrics,
      counts,
      budgets: budgetsOf(pair.budgets, samples.head, counts),
      culprits:
        baseTree && headTree && roots.base !== null
          ? culpritsBetween(baseTree, headTree, { base: roots.base, head: roots.head }).filter(isWorthNaming(verdict))
          : [],
      whatIfs: changes.length > 0 ? await tryOut(changes, head, headTree, tried) : [],
      curve: await memoryCurve(head, run),
      base: baseSummary,
      head: headSummary,
      samples,
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof Trouble) || error.exitCode === exitCode.usage) throw error;
    const isBase = !isTimed && error instanceof VariantTrouble && base !== null && error.variant === 0;
    return failed(head, error, isBase ? 'base' : 'head', request.cwd);
  }
};
