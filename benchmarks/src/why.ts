/**
 * `why`: starts one handler cold a few times and says which import is guilty, what it costs and what would help; no
 * configuration, no store, no account, in about ten seconds for an ordinary function.
 */
import { loadPrices } from '@coldlens/collector/price-files';
import type { PriceBook } from '@coldlens/collector/pricing';
import { type ExitCode, exitCode, Trouble } from '@coldlens/collector/trouble';
import type { WhyRequest } from './commands/requests.ts';
import { metricsOf } from './compare/metrics.ts';
import { defaultSettings } from './compare/settings.ts';
import { collect, type Variant } from './measure/interleave.ts';
import { newerCachedNode, nodeExecutable } from './measure/node-versions.ts';
import type { Condition } from './measure/sample.ts';
import { priceNote } from './results/money.ts';
import type { FunctionResult, WhatIf } from './results/result.ts';
import { abortable } from './run/abort.ts';
import { applyLazy } from './run/apply.ts';
import { atMemory, noticesOn } from './run/conditions.ts';
import { mustBeWritable, writeReports } from './run/outputs.ts';
import { ProgressLine } from './run/progress.ts';
import { emptyFunction, makeResult, type ResultParts } from './run/result-of.ts';
import { treeIfPossible } from './run/trees.ts';
import { mbPerVcpu } from './sandboxes/lambda/cpu-limit.ts';
import { resolveTargets } from './targets/resolve.ts';
import type { Target } from './targets/target.ts';
import { summarize } from './tree/summarize.ts';
import type { Tree } from './tree/tree.ts';
import { type Change, readChange } from './whatif/index.ts';
import { tryOut } from './whatif/try-out.ts';

/** How long the steps may take; a slow function gets the least rounds, whatever that takes. */
const plan = {
  starts: { rounds: 15, enough: { rounds: 3, ms: 2_500 } },
  trees: { least: 1, most: 3, fastMs: 500 },
  changes: { rounds: 15, enough: { rounds: 3, ms: 5_000 } },
} as const;

/** A package is worth a lazy import from this share of the cold start on, and only so many are tried. */
const lazyFromShare = 0.03;
const mostLazy = 2;
/** A slow function at a small share of CPU would take all the time there is. */
const memoryUpToMs = 500;
/** A bundle helps who resolves and reads many files. */
const bundleFromModules = 20;

const onlyTarget = (targets: readonly Target[]): Target => {
  const [target, ...others] = targets;
  if (target && others.length === 0) return target;
  const names = targets.map(({ name }) => name).join(', ');
  throw new Trouble(
    target ? `There are ${targets.length} functions, and why looks at one.` : 'There is no function here.',
    target ? `Name one of: ${names}.` : 'Name a handler: coldlens why ./handler.js',
    exitCode.usage,
  );
};

const conditionOf = async (
  { node, memoryMb, pageCache }: WhyRequest,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<Condition> => {
  const plain: Condition = { name: 'as it is', pageCache };
  const condition = memoryMb === undefined ? plain : atMemory(plain, memoryMb);
  if (node === undefined) return condition;
  const { executable } = await nodeExecutable(node, { onInstall: (text) => line.step(text), signal });
  return { ...condition, node: executable };
};

/** What is tried without being asked: what can be told from the tree to be worth a try, and costs the user nothing. */
const obviousChanges = async (
  { head }: FunctionResult,
  coldMs: number,
  target: Target,
  { node }: WhyRequest,
): Promise<string[]> => {
  if (target.platform === 'workers' || head === null) return [];
  const lazy = head.unused
    .filter(({ totalMs }) => totalMs >= coldMs * lazyFromShare)
    .slice(0, mostLazy)
    .map(({ name }) => `lazy=${name}`);
  const bundle = head.moduleCount >= bundleFromModules ? ['bundle'] : [];
  // Fetching one takes longer than all the rest, so that is for who asks with --try.
  const newest = node === undefined ? await newerCachedNode() : undefined;
  const otherNode = newest === undefined ? [] : [`node=${newest}`];
  return [...lazy, 'compile-cache', ...bundle, ...moreMemory(target, coldMs), ...otherNode];
};

/** Twice the memory brings twice the CPU; beyond one vCPU a single thread has nothing of it. */
const moreMemory = (target: Target, coldMs: number): string[] => {
  if (target.platform !== 'lambda' || coldMs > memoryUpToMs) return [];
  const twiceMb = target.memoryMb * 2;
  return twiceMb <= mbPerVcpu ? [`memory=${twiceMb}`] : [];
};

/** Nobody asked for what cannot be tried here. */
const isOfInterest =
  (asked: readonly string[]) =>
  ({ change, refused }: WhatIf): boolean =>
    refused === null || change.startsWith('lazy=') || asked.includes(change);

const changesOf = (asked: readonly string[], obvious: readonly string[]): Change[] =>
  [...new Set([...asked, ...obvious])].map(readChange);

const measure = async (
  request: WhyRequest,
  target: Target,
  prices: PriceBook,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<[FunctionResult, Tree | null]> => {
  const variant: Variant = { target, condition: await conditionOf(request, line, signal) };
  const notices = await noticesOn(target, variant.condition, true);
  line.step(`starting ${target.name} cold`);
  const [samples = []] = await collect([variant], { ...plan.starts, signal, onProgress: line.update });
  line.step(`watching the modules of ${target.name}`);
  const metrics = metricsOf(null, samples, defaultSettings);
  const coldMs = metrics.find(({ name }) => name === 'coldMs')?.head.p50 ?? 0;
  const runs = coldMs < plan.trees.fastMs ? plan.trees.most : plan.trees.least;
  const tree = await treeIfPossible(variant, runs, samples, signal, (text) => void notices.push(text));
  const found: FunctionResult = {
    ...emptyFunction(variant, request.cwd),
    notices,
    metrics,
    head: tree && summarize(tree),
    samples: { base: [], head: samples },
  };
  const changes = changesOf(request.try, await obviousChanges(found, coldMs, target, request));
  if (changes.length === 0) return [found, tree];
  line.step(`trying ${changes.map(({ text }) => text).join(', ')}`);
  const options = { ...plan.changes, coldPerMonth: request.coldPerMonth, prices, signal, onProgress: line.update };
  const whatIfs = await tryOut(changes, variant, tree, options);
  return [{ ...found, whatIfs: whatIfs.filter(isOfInterest(request.try)) }, tree];
};

/** @throws `Trouble` for what a person has to mend */
export const runWhy = (request: WhyRequest): Promise<ExitCode> =>
  abortable(async (signal) => {
    const beganMs = performance.now();
    const line = new ProgressLine();
    // What is wrong is refused before anything is started.
    for (const text of request.try) readChange(text);
    await mustBeWritable(request);
    const prices = loadPrices({ prices: request.prices });
    const resolved = await resolveTargets(request.handlers, request);
    try {
      const target = onlyTarget(resolved.targets);
      for (const notice of resolved.notices) line.note(notice);
      if (request.coldPerMonth !== null) line.note(priceNote(prices));
      const [found, tree] = await measure(request, target, prices, line, signal);
      line.clear();
      const { pageCache, coldPerMonth } = request;
      const parts: ResultParts = {
        kind: 'why',
        base: null,
        settings: { pageCache, coldPerMonth, prices: prices.date, seed: defaultSettings.seed, gate: null },
        functions: [found],
        beganMs,
        exitCode: exitCode.fine,
      };
      await writeReports(await makeResult(parts, request.cwd), request);
      const out = request.format === 'text' ? process.stdout : process.stderr;
      if (request.apply) await applyLazy(found.whatIfs, target, tree, out);
      return exitCode.fine;
    } finally {
      line.clear();
      await resolved.remove();
    }
  });
