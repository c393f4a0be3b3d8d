/**
 * `bench`: cold starts measured in their real runtimes; with a base, both sides together and a verdict. Names the culprit,
 * holds functions to their budgets, tries changes out, and writes every report from one result.
 */
import { type ExitCode, exitCode, Trouble } from '@coldlens/collector/trouble';
import { type Base, prepareBase } from './base/worktree.ts';
import type { BenchRequest } from './commands/requests.ts';
import { type Budgets, budgetsOf } from './compare/budgets.ts';
import { compareVariants, failsCheck, overallVerdict } from './compare/compare.ts';
import { countsOf } from './compare/counts.ts';
import { metricsOf, spreadOf } from './compare/metrics.ts';
import { defaultSettings, type GateSettings } from './compare/settings.ts';
import { interleave, type Variant, VariantTrouble } from './measure/interleave.ts';
import { nodeExecutable } from './measure/node-versions.ts';
import type { Condition, Sample } from './measure/sample.ts';
import { usdPerMillion } from './results/money.ts';
import type { Culprit, CulpritChange, CurvePoint, FunctionResult, Result, Verdict } from './results/result.ts';
import { abortable } from './run/abort.ts';
import { writeReports } from './run/outputs.ts';
import { ProgressLine } from './run/progress.ts';
import { emptyFunction, makeResult } from './run/result-of.ts';
import { sideOf } from './run/side.ts';
import { treeIfPossible } from './run/trees.ts';
import { limitCpu } from './sandboxes/lambda/cpu-limit.ts';
import { type Resolved, resolveTargets } from './targets/resolve.ts';
import type { Target } from './targets/target.ts';
import { culpritsBetween } from './tree/culprits.ts';
import { summarize } from './tree/summarize.ts';
import { readChange } from './whatif/index.ts';
import { tryOut } from './whatif/try-out.ts';

const treesASide = 3;
/** Rounds of a memory curve and of what-ifs: they inform, and do not decide. */
const informingRounds = { minRounds: 10, maxRounds: 20, maxMs: 30_000 } as const;

interface Run {
  request: BenchRequest;
  settings: GateSettings;
  line: ProgressLine;
  signal: AbortSignal;
}

/** What is compared: the same function on both sides; `base` is `null` where it is new, or nothing is compared. */
interface Pair {
  head: Target;
  base: Target | null;
  budgets: Budgets;
}

const failed = (variant: Variant, error: Trouble, side: 'base' | 'head', cwd: string): FunctionResult => ({
  ...emptyFunction(variant, cwd),
  state: 'failed',
  failure: { message: error.message, next: error.next, side },
});

/** Samples of both sides, or of the head alone. */
const measureTimes = async (base: Variant | null, head: Variant, { settings, line, signal }: Run) => {
  const options = { signal, onProgress: line.update };
  if (base !== null) return compareVariants(base, head, settings, options);
  const samples: Sample[] = [];
  const rounds = settings.looks.at(-1) ?? 0;
  for await (const [sample] of interleave([head], { ...options, rounds, warmups: settings.warmups })) {
    if (sample) samples.push(sample);
  }
  return { samples: { base: [], head: samples }, metrics: metricsOf(null, samples, settings), looks: [] };
};

/** Memory sizes side by side: latency and money of each. */
const memoryCurve = async (
  { target, condition }: Variant,
  { request, settings, line, signal }: Run,
): Promise<CurvePoint[]> => {
  if (target.platform !== 'lambda' || request.memoryMb.length < 2) return [];
  line.step(`measuring ${target.name} at ${request.memoryMb.join(', ')} MB`);
  const variants = request.memoryMb.map(
    (memoryMb): Variant => ({
      target,
      condition: { ...condition, name: `${memoryMb} MB`, memoryMb, limitCpu: true },
    }),
  );
  const samples: Sample[][] = variants.map(() => []);
  const rounds = informingRounds.maxRounds;
  for await (const round of interleave(variants, { rounds, signal, onProgress: line.update })) {
    for (const [place, sample] of round.entries()) samples[place]?.push(sample);
  }
  return variants.map((variant, place): CurvePoint => {
    const own = samples[place] ?? [];
    return {
      memoryMb: variant.condition.memoryMb ?? 0,
      cold: spreadOf(
        own.map(({ coldMs }) => coldMs),
        settings,
      ),
      usdPerMillion: usdPerMillion(variant, own) ?? '',
      cpuLimited: cpuIsLimited(),
    };
  });
};

let limited: boolean | undefined;
/** Whether this machine lets CPU follow memory. */
const cpuIsLimited = (): boolean => {
  if (limited === undefined) {
    const probe = limitCpu(1_769);
    limited = probe.vcpus !== null;
    void probe.remove();
  }
  return limited;
};

/** Changes that only a clock tells of. */
const byTheClock: readonly CulpritChange[] = ['slower', 'faster', 'own code'];

/** Where the function itself did not change its time, a module that seems to have is the machine's noise. */
const isWorthNaming =
  (verdict: Verdict | null) =>
  ({ change }: Culprit): boolean =>
    verdict === 'regressed' || verdict === 'improved' || !byTheClock.includes(change);

const measureFunction = async (
  pair: Pair,
  condition: Condition,
  roots: { base: string | null; head: string },
  run: Run,
): Promise<FunctionResult> => {
  const { request, settings, line, signal } = run;
  const head: Variant = { target: pair.head, condition };
  const base: Variant | null = pair.base && { target: pair.base, condition };
  line.step(`${base ? 'comparing' : 'measuring'} ${pair.head.name}${condition.name ? ` (${condition.name})` : ''}`);
  try {
    const { samples, metrics } = await measureTimes(base, head, run);
    line.step(`watching the modules of ${pair.head.name}`);
    const note = (text: string): void => line.note(text);
    const headTree = await treeIfPossible(head, treesASide, samples.head, signal, note);
    const baseTree = base && (await treeIfPossible(base, treesASide, samples.base, signal, note));
    const [headSummary, baseSummary] = [headTree && summarize(headTree), baseTree && summarize(baseTree)];
    const counts = headSummary === null ? [] : countsOf(baseSummary, headSummary, settings);
    const verdict = base ? overallVerdict(metrics, counts) : null;
    const changes = request.try.map(readChange);
    if (changes.length > 0) line.step(`trying ${request.try.join(', ')} on ${pair.head.name}`);
    const tried = { ...informingRounds, coldPerMonth: request.coldPerMonth, signal, onProgress: line.update };
    return {
      ...emptyFunction(head, request.cwd),
      state: base ? 'compared' : 'measured',
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
    const side = error instanceof VariantTrouble && base !== null && error.variant === 0 ? 'base' : 'head';
    return failed(head, error, side, request.cwd);
  }
};

/** Each asked Node; without any, this process's own. With one memory size that is the function's. */
const conditionsOf = async ({ node, memoryMb, pageCache }: BenchRequest): Promise<Condition[]> => {
  const [onlyMb] = memoryMb;
  const common = {
    pageCache,
    ...(memoryMb.length === 1 && onlyMb !== undefined && { memoryMb: onlyMb, limitCpu: true }),
  };
  if (node.length === 0) return [{ name: '', ...common }];
  const found: Condition[] = [];
  for (const asked of node) {
    const { executable, version } = await nodeExecutable(asked);
    found.push({ name: `node ${version}`, node: executable, ...common });
  }
  return found;
};

const pairsOf = (head: Resolved, base: Resolved | null, line: ProgressLine): Pair[] => {
  const before = new Map(base?.targets.map((target) => [target.name, target]));
  const now = new Set(head.targets.map(({ name }) => name));
  for (const name of before.keys()) if (!now.has(name)) line.note(`${name} is in the base only, and not measured.`);
  return head.targets.map((target) => {
    const other = before.get(target.name) ?? null;
    if (base && !other) line.note(`${target.name} is new: it is measured, and compared with nothing.`);
    return { head: target, base: other, budgets: head.budgets.get(target.name) ?? {} };
  });
};

const exitCodeOf = (functions: readonly FunctionResult[], strict: boolean): Result['exitCode'] => {
  if (functions.some(({ state }) => state === 'failed')) return exitCode.failed;
  return functions.some((fn) => failsCheck(fn, strict)) ? exitCode.checkFailed : exitCode.fine;
};

const measureAll = async (
  head: Resolved,
  base: { resolved: Resolved; made: Base } | null,
  run: Run,
): Promise<FunctionResult[]> => {
  const { request, line } = run;
  const roots = { base: base?.made.directory ?? null, head: request.cwd };
  const pairs = pairsOf(head, base?.resolved ?? null, line);
  const conditions = await conditionsOf(request);
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
    let base: { resolved: Resolved; made: Base } | null = null;
    try {
      for (const notice of head.notices) line.note(notice);
      if (head.targets.length === 0) {
        throw new Trouble('There is no function here.', 'Name a handler: coldlens bench ./handler.js', exitCode.usage);
      }
      if (request.base !== undefined) {
        line.step(`preparing ${request.base}`);
        const made = await prepareBase({
          ref: request.base,
          cwd: request.cwd,
          projects: [...new Set(head.targets.map(({ root }) => root))],
          build: request.build,
          allowScripts: request.allowScripts,
          signal,
          say: (text) => line.step(text),
        });
        base = { made, resolved: await resolveTargets(request.handlers, { ...request, cwd: made.directory }) };
      }
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
      await base?.resolved.remove();
      await base?.made.remove();
      await head.remove();
    }
  });
