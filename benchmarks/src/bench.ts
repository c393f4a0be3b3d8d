/**
 * `bench`: cold starts measured in their real runtimes; with a base, both sides together and a verdict. Names the culprit,
 * holds functions to their budgets, tries changes out, and writes every report from one result.
 */
import { type ExitCode, exitCode, Trouble } from '@coldlens/collector/trouble';
import type { BenchRequest } from './commands/requests.ts';
import { failsCheck } from './compare/compare.ts';
import { defaultSettings } from './compare/settings.ts';
import { nodeExecutable } from './measure/node-versions.ts';
import type { Condition } from './measure/sample.ts';
import type { FunctionResult, Result } from './results/result.ts';
import { abortable } from './run/abort.ts';
import { measureFunction } from './run/bench-function.ts';
import type { Run } from './run/bench-run.ts';
import { sideOf } from './run/git-state.ts';
import { writeReports } from './run/outputs.ts';
import { ProgressLine } from './run/progress.ts';
import { makeResult } from './run/result-of.ts';
import { type BaseSide, baseSide, pairsOf } from './run/sides.ts';
import { type Resolved, resolveTargets } from './targets/resolve.ts';
import { readChange } from './whatif/index.ts';

/** Each asked Node; without any, this process's own. With one memory size that is the function's. */
const conditionsOf = async ({ request, line }: Run): Promise<Condition[]> => {
  const { node, memoryMb, pageCache } = request;
  const [onlyMb] = memoryMb;
  const common = {
    pageCache,
    ...(memoryMb.length === 1 && onlyMb !== undefined && { memoryMb: onlyMb, limitCpu: true }),
  };
  if (node.length === 0) return [{ name: '', ...common }];
  const found: Condition[] = [];
  for (const asked of node) {
    const { executable, version } = await nodeExecutable(asked, { onInstall: (text) => line.step(text) });
    found.push({ name: `node ${version}`, node: executable, ...common });
  }
  return found;
};

const exitCodeOf = (functions: readonly FunctionResult[], strict: boolean): Result['exitCode'] => {
  if (functions.some(({ state }) => state === 'failed')) return exitCode.failed;
  return functions.some((fn) => failsCheck(fn, strict)) ? exitCode.checkFailed : exitCode.fine;
};

const measureAll = async (head: Resolved, base: BaseSide | null, run: Run): Promise<FunctionResult[]> => {
  const { request } = run;
  const roots = { base: base?.made.directory ?? null, head: request.cwd };
  const pairs = pairsOf(head, base, run);
  const conditions = await conditionsOf(run);
  const functions: FunctionResult[] = [];
  for (const pair of pairs) {
    for (const condition of conditions) functions.push(await measureFunction(pair, condition, roots, run));
  }
  return functions;
};

/** @throws `Trouble` for what a person has to mend */
export const runBench = (request: BenchRequest): Promise<ExitCode> =>
  abortable(async (signal) => {
    const line = new ProgressLine();
    for (const text of request.try) readChange(text);
    const looks = defaultSettings.looks.filter((look) => look <= request.pairs);
    const settings = { ...defaultSettings, looks };
    const run: Run = { request, settings, line, signal };
    const head = await resolveTargets(request.handlers, request);
    let base: BaseSide | null = null;
    try {
      for (const notice of head.notices) line.note(notice);
      if (head.targets.length === 0) {
        throw new Trouble('There is no function here.', 'Name a handler: coldlens bench ./handler.js', exitCode.usage);
      }
      if (request.base !== undefined) base = await baseSide(request.base, head, run);
      const beganMs = performance.now();
      const functions = await measureAll(head, base, run);
      line.clear();
      const result = makeResult({
        kind: 'bench',
        base: base && { ref: request.base ?? null, commit: base.made.commit },
        head: await sideOf(request.cwd, null),
        settings: {
          looks,
          warmups: settings.warmups,
          seed: settings.seed,
          pageCache: request.pageCache,
          strict: request.strict,
          coldPerMonth: request.coldPerMonth,
        },
        functions,
        beganMs,
        exitCode: exitCodeOf(functions, request.strict),
      });
      await writeReports(result, request);
      return result.exitCode;
    } finally {
      line.clear();
      await base?.remove();
      await head.remove();
    }
  });
