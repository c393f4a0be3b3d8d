/**
 * How often a function that is really slower is found, and the guilty package named. All effects share the starts of one
 * base: in each round it and every slowed function is started once, in an order that changes.
 */
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { looksAt } from '../../src/compare/looks.ts';
import { gatingMetric, pairedFigure } from '../../src/compare/metrics.ts';
import type { Paired } from '../../src/compare/paired.ts';
import type { GateSettings } from '../../src/compare/settings.ts';
import { verdictOf } from '../../src/compare/verdict.ts';
import { collect, type Variant } from '../../src/measure/interleave.ts';
import type { Sample } from '../../src/measure/sample.ts';
import { median } from '../../src/statistics.ts';
import { culpritsOf } from './culprit.ts';
import { makeFunction } from './handlers.ts';
import type { GatePlan } from './plan.ts';

/** A start of about 0.1 s: 10 ms are 6 to 8 % of its CPU time. */
const modules = 150;
const pilotRounds = 10;

/** Real packages of this repository that take 10 ms and more, of one module and of hundreds. */
const dependencies: readonly string[] = [
  'yaml',
  'date-fns',
  '@babel/parser',
  'commander',
  '@opentelemetry/api',
  '@opentelemetry/resources',
  '@aws-sdk/client-s3',
  '@clickhouse/client',
  '@azure/functions',
  '@babel/traverse',
];

export const effects = ['+6 %', '+10 %', '+10 ms', 'one dependency'] as const;
export type Effect = (typeof effects)[number];

export interface Detection {
  effect: Effect;
  pairs: number;
  /** Median over the comparisons. */
  pairSpreadPercent: number;
  /** Share of the comparisons that found it. */
  rate: number;
  comparisons: number;
  /** Median of what was added as CPU time, as it was measured. */
  addedPercent: number;
}

/** At the last look that a comparison may take, and whether that one or one before called it a regression. */
const look = (base: Sample[], head: Sample[], { pairs, settings }: { pairs: number; settings: GateSettings }) => {
  let last: Paired | null = null;
  for (const { pairs: seen, confidence } of looksAt(settings.looks, settings.confidence)) {
    if (seen > pairs) break;
    const [before, after] = [base.slice(0, seen), head.slice(0, seen)];
    last = pairedFigure(before, after, gatingMetric([...before, ...after]), settings, confidence);
    if (last && verdictOf(last, settings) === 'regressed') return { isFound: true, last };
  }
  return { isFound: false, last };
};

const condition = { name: 'as it is' };

/** Median CPU time of the base: what percents are of. */
const pilot = async (base: Variant, signal: AbortSignal): Promise<number> => {
  const [samples = []] = await collect([base], { rounds: pilotRounds, warmups: 2, signal });
  return median(samples.map(({ cpuMs, coldMs }) => cpuMs ?? coldMs));
};

/** Whether the trees' difference puts the package first, as new, with the file that imports it. */
const isNamed = async (base: Variant, head: Variant, dependency: string, signal: AbortSignal): Promise<boolean> => {
  const [first] = await culpritsOf(base, head, signal);
  const file = relative(head.target.root, head.target.file);
  return (
    first?.change === 'added' && first.package === dependency && first.importedBy.some((place) => place.file === file)
  );
};

export const measureDetection = async (
  directory: string,
  { detections, pairs, settings }: GatePlan,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<{ detection: Detection[]; culpritNamedRate: number }> => {
  const make = (recipe: Parameters<typeof makeFunction>[1]): Variant => ({
    target: makeFunction(directory, recipe),
    condition,
  });
  // Burns nothing, but has the code for it: only the time is to differ.
  const base = make({ name: 'base', modules, extraCpuMs: 0 });
  const cpuMs = await pilot(base, signal);
  progress(`the base takes ${cpuMs.toFixed(1)} ms of CPU`);
  const slowed = (name: string, extraCpuMs: number): Variant => make({ name, modules, extraCpuMs });
  const steady = [slowed('plus-6', cpuMs * 0.06), slowed('plus-10', cpuMs * 0.1), slowed('plus-10-ms', 10)];
  const found = effects.map(() => [] as ReturnType<typeof look>[]);
  let named = 0;
  for (let block = 0; block < detections; block += 1) {
    const dependency = dependencies[block % dependencies.length] as string;
    const added = make({ name: `added-${block}`, modules, extraCpuMs: 0, dependency });
    const [before = [], ...slower] = await collect([base, ...steady, added], { rounds: pairs, warmups: 1, signal });
    for (const [at, after] of slower.entries()) found[at]?.push(look(before, after, { pairs, settings }));
    const isRight = await isNamed(base, added, dependency, signal);
    if (isRight) named += 1;
    rmSync(added.target.root, { recursive: true, force: true });
    const seen = effects.filter((_, at) => found[at]?.at(-1)?.isFound).join(', ') || 'none';
    const guilty = `${dependency} ${isRight ? 'named' : 'not named'}`;
    progress(`slower code, comparison ${block + 1} of ${detections}: found ${seen}; ${guilty}`);
  }
  const detection = effects.map((effect, at): Detection => {
    const own = found[at] ?? [];
    const last = own.flatMap((each) => each.last ?? []);
    return {
      effect,
      pairs,
      pairSpreadPercent: median(last.map(({ pairSpreadPercent }) => pairSpreadPercent)),
      rate: own.filter(({ isFound }) => isFound).length / own.length,
      comparisons: own.length,
      addedPercent: 100 * median(last.map(({ ratio }) => ratio.p50)),
    };
  });
  return { detection, culpritNamedRate: named / detections };
};
