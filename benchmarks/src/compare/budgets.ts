/** Limits that a function must keep whatever it was before: `{"coldP50Ms": 300}`. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import type { Sample, SampleFigure } from '../measure/sample.ts';
import type { Budget, Count } from '../results/result.ts';
import { quantile } from '../statistics.ts';

type Source = { figure: SampleFigure; p: number } | { count: Count['name'] };

const sources = {
  coldP50Ms: { figure: 'coldMs', p: 0.5 },
  coldP90Ms: { figure: 'coldMs', p: 0.9 },
  coldCpuP50Ms: { figure: 'cpuMs', p: 0.5 },
  readyP50Ms: { figure: 'readyMs', p: 0.5 },
  rssP50Mb: { figure: 'rssMb', p: 0.5 },
  modules: { count: 'modules' },
  bytes: { count: 'bytes' },
  packages: { count: 'packages' },
} as const satisfies Record<string, Source>;

export type BudgetName = keyof typeof sources;
export const budgetNames = Object.keys(sources) as BudgetName[];

/** Limits by name. */
export type Budgets = Partial<Readonly<Record<BudgetName, number>>>;

/**
 * Reads what a configuration holds.
 * @param where for messages: `budgets in coldlens.config.json`
 * @throws {@link Trouble} (wrong usage) that names what is wrong
 */
export const readBudgets = (value: unknown, where: string): Budgets => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Trouble(`${where} is no object.`, 'Write it like {"coldP50Ms": 300}.', exitCode.usage);
  }
  for (const [name, limit] of Object.entries(value)) {
    if (!Object.hasOwn(sources, name)) {
      const next = `Use only ${budgetNames.join(', ')}.`;
      throw new Trouble(`${where} has the unknown budget "${clean(name)}".`, next, exitCode.usage);
    }
    if (typeof limit !== 'number' || !Number.isFinite(limit) || limit <= 0) {
      throw new Trouble(`The budget ${name} of ${where} is no number above 0.`, 'Give it one.', exitCode.usage);
    }
  }
  return value as Budgets;
};

const actualOf = (name: BudgetName, samples: readonly Sample[], counts: readonly Count[]): number | null => {
  const source: Source = sources[name];
  if ('count' in source) return counts.find((count) => count.name === source.count)?.head ?? null;
  const values = samples.map((sample) => sample[source.figure]).filter((value) => value !== null);
  return values.length > 0 ? quantile(values, source.p) : null;
};

/**
 * Holds a function to its budgets.
 * @throws {@link Trouble} when what a budget is about was not measured: a limit that nobody checks is kept by nobody
 */
export const budgetsOf = (budgets: Budgets, samples: readonly Sample[], counts: readonly Count[]): Budget[] =>
  Object.entries(budgets).map(([name, limit]) => {
    const actual = actualOf(name as BudgetName, samples, counts);
    if (actual === null) {
      const next = 'Take the budget out, or measure where that is seen: CPU and memory on Linux, modules in Node.';
      throw new Trouble(`The budget ${name} cannot be checked here, as that was not measured.`, next);
    }
    return { name, limit, actual, isOver: actual > limit };
  });
