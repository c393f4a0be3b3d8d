/**
 * `bench`: cold starts measured in their real runtimes; with a base, both sides together and a verdict. Names the culprit,
 * holds functions to their budgets, tries changes out, and writes every report from one result.
 */
import { loadPrices } from '@coldlens/collector/price-files';
import { type ExitCode, exitCode, Trouble } from '@coldlens/collector/trouble';
import type { BenchRequest } from './commands/requests.ts';
import { defaultSettings } from './compare/settings.ts';
import { priceNote } from './results/money.ts';
import type { FunctionResult, Result } from './results/result.ts';
import { failsCheck, standingOf } from './results/standing.ts';
import { abortable } from './run/abort.ts';
import { measureFunction } from './run/bench-function.ts';
import type { Run } from './run/bench-run.ts';
import { conditionsOf, fitting, mustFitSome } from './run/conditions.ts';
import { mustBeWritable, writeReports } from './run/outputs.ts';
import { ProgressLine } from './run/progress.ts';
import { makeResult, type ResultParts } from './run/result-of.ts';
import { type BaseSide, baseSide, pairsOf } from './run/sides.ts';
import { type Resolved, resolveTargets } from './targets/resolve.ts';
import { readChange } from './whatif/index.ts';

const exitCodeOf = (functions: readonly FunctionResult[], settings: Result['settings']): Result['exitCode'] => {
  if (functions.some(({ state }) => state === 'failed')) return exitCode.failed;
  return functions.some((fn) => failsCheck(standingOf(fn), { settings })) ? exitCode.checkFailed : exitCode.fine;
};

/** What the result says of how it was measured. */
const settingsOf = ({ request, settings, prices }: Run): Result['settings'] => {
  const { confidence: _confidence, resamples: _resamples, seed, looks, ...rule } = settings;
  return {
    pageCache: request.pageCache,
    coldPerMonth: request.coldPerMonth,
    prices: prices.date,
    seed,
    gate: { ...rule, looks: [...looks], strict: request.strict },
  };
};

const measureAll = async (head: Resolved, base: BaseSide | null, run: Run): Promise<FunctionResult[]> => {
  const { request } = run;
  const roots = { base: base?.made.directory ?? null, head: request.cwd };
  const pairs = pairsOf(head, base, run);
  const conditions = await conditionsOf(run);
  const functions: FunctionResult[] = [];
  for (const pair of pairs) {
    for (const condition of fitting(pair.head, conditions)) {
      functions.push(await measureFunction(pair, condition, roots, run));
    }
  }
  return functions;
};

/** @throws `Trouble` for what a person has to mend */
export const runBench = (request: BenchRequest): Promise<ExitCode> =>
  abortable(async (signal) => {
    const line = new ProgressLine();
    for (const text of request.try) readChange(text);
    await mustBeWritable(request);
    const looks = defaultSettings.looks.filter((look) => look <= request.pairs);
    const settings = { ...defaultSettings, ...request.gate, looks };
    // A file that is none is refused before anything is started.
    const prices = loadPrices({ prices: request.prices });
    const run: Run = { request, settings, prices, line, signal };
    const head = await resolveTargets(request.handlers, request);
    let base: BaseSide | null = null;
    try {
      for (const notice of head.notices) line.note(notice);
      if (request.coldPerMonth !== null || request.memoryMb.length > 1) line.note(priceNote(prices));
      if (head.targets.length === 0) {
        throw new Trouble('There is no function here.', 'Name a handler: coldlens bench ./handler.js', exitCode.usage);
      }
      mustFitSome(head.targets, run);
      if (request.base !== undefined) base = await baseSide(request.base, head, run);
      const beganMs = performance.now();
      const functions = await measureAll(head, base, run);
      line.clear();
      const said = settingsOf(run);
      const parts: ResultParts = {
        kind: 'bench',
        base: base && { ref: request.base ?? null, commit: base.made.commit },
        settings: said,
        functions,
        beganMs,
        exitCode: exitCodeOf(functions, said),
      };
      const result = await makeResult(parts, request.cwd);
      await writeReports(result, request);
      return result.exitCode;
    } finally {
      line.clear();
      await base?.remove();
      await head.remove();
    }
  });
