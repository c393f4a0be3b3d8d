/** What is counted and not timed: it is the same in every run, so any growth is real. */
import type { Count } from '../results/result.ts';
import type { GateLimits } from './settings.ts';

/** What the summary of a tree tells. */
export interface Counted {
  moduleCount: number;
  bytes: number;
  /** Named '' = the user's own code, `node` = builtins. */
  packages: readonly { name: string }[];
}

/** A function of three modules may get a fourth, unless nothing at all may be added. */
const percentOf = (before: number, percent: number | null, slack: number): number | null =>
  percent === null || percent === 0 ? percent : Math.max(slack, (before * percent) / 100);

/** What may be added to a count of the base; `null` = any number. */
const allowances: Readonly<Record<Count['name'], (before: number, limits: GateLimits) => number | null>> = {
  modules: (before, { modulesPercent }) => percentOf(before, modulesPercent, 5),
  bytes: (before, { bytesPercent }) => percentOf(before, bytesPercent, 16_384),
  packages: (_before, { packagesAdded }) => packagesAdded,
};

const own: readonly string[] = ['', 'node'];

const counters: Readonly<Record<Count['name'], (of: Counted) => number>> = {
  modules: ({ moduleCount }) => moduleCount,
  bytes: ({ bytes }) => bytes,
  packages: ({ packages }) => new Set(packages.map(({ name }) => name).filter((name) => !own.includes(name))).size,
};

/** @param base `null` where nothing is compared */
export const countsOf = (base: Counted | null, head: Counted, limits: GateLimits): Count[] =>
  (Object.keys(counters) as Count['name'][]).map((name) => {
    const before = base === null ? null : counters[name](base);
    const after = counters[name](head);
    const more = before === null ? null : allowances[name](before, limits);
    const limit = before === null || more === null ? null : Math.floor(before + more);
    return { name, base: before, head: after, limit, isOver: limit !== null && after > limit };
  });
