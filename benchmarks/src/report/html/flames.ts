/** The flame graphs as the page carries them: small, and with what changed between base and head already marked. */

import { clean } from '../../cli/clean.ts';
import type { Flame, FunctionResult } from '../../results/result.ts';
import type { FlameFrame, FunctionFlames } from './client/types.ts';

/** More cannot be told apart on a screen. */
const mostFrames = 1_200;
/** Of a whole page: what is left out is the calmest functions' graphs, and the page says so. */
export const mostFramesOfPage = 40_000;

const countFrames = (frame: FlameFrame): number => frame[5].reduce((sum, child) => sum + countFrames(child), 1);

/** Self times by name; a module that is loaded twice counts as one. */
const selfTimes = (flame: Flame | null, times = new Map<string, number>()): Map<string, number> => {
  if (flame === null) return times;
  times.set(flame.name, (times.get(flame.name) ?? 0) + flame.selfMs);
  for (const child of flame.children) selfTimes(child, times);
  return times;
};

/** A difference of one module's time that is worth a colour: profiles are noisy. */
const isSlower = (ms: number, than: number): boolean => ms - than > 2 && ms > than * 1.25;

const pruned = (
  flame: Flame,
  other: Map<string, number> | null,
  packages: Map<string, number>,
  leastMs: number,
): FlameFrame => {
  const shown = flame.children.filter(({ totalMs }) => totalMs >= leastMs);
  const rest = flame.children.filter(({ totalMs }) => totalMs < leastMs);
  const before = other?.get(flame.name);
  const mark = other === null ? 0 : before === undefined ? 1 : isSlower(flame.selfMs, before) ? 2 : 0;
  if (!packages.has(flame.package)) packages.set(flame.package, packages.size);
  const children = shown.map((child) => pruned(child, other, packages, leastMs));
  const restMs = rest.reduce((sum, { totalMs }) => sum + totalMs, 0);
  if (restMs > 0) {
    if (!packages.has('')) packages.set('', packages.size);
    children.push([`(${rest.length} smaller)`, packages.get('') ?? 0, rounded(restMs), rounded(restMs), 0, []]);
  }
  const index = packages.get(flame.package) ?? 0;
  return [clean(flame.name).slice(0, 200), index, rounded(flame.selfMs), rounded(flame.totalMs), mark, children];
};

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

const fitted = (
  flame: Flame | null,
  other: Map<string, number> | null,
  packages: Map<string, number>,
): FlameFrame | null => {
  if (flame === null) return null;
  let leastMs = flame.totalMs / 4_000;
  for (;;) {
    const frame = pruned(flame, other, packages, leastMs);
    if (countFrames(frame) <= mostFrames || leastMs > flame.totalMs) return frame;
    leastMs *= 1.5;
  }
};

/** `null` where no side has a graph. */
export const flamesOf = ({ base, head }: FunctionResult): FunctionFlames | null => {
  const [baseFlame, headFlame] = [base?.flame ?? null, head?.flame ?? null];
  if (baseFlame === null && headFlame === null) return null;
  const packages = new Map<string, number>();
  const both = baseFlame !== null && headFlame !== null;
  const flames = {
    head: fitted(headFlame, both ? selfTimes(baseFlame) : null, packages),
    base: fitted(baseFlame, both ? selfTimes(headFlame) : null, packages),
  };
  return { packages: [...packages.keys()].map((name) => clean(name)), ...flames };
};

export const framesOf = ({ base, head }: FunctionFlames): number =>
  (base === null ? 0 : countFrames(base)) + (head === null ? 0 : countFrames(head));
