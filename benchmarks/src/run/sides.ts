/** Base and head of a `bench` run: where they are, and which function belongs to which. */
import { relative } from 'node:path';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { type Base, prepareBase } from '../base/worktree.ts';
import type { BenchRequest } from '../commands/requests.ts';
import { type Resolved, resolveTargets } from '../targets/resolve.ts';
import type { Target } from '../targets/target.ts';
import type { Pair, Run } from './bench-run.ts';

export interface BaseSide {
  made: Base;
  resolved: Resolved;
  remove(): Promise<void>;
}

/** What the head names, one after the other: a function that the base does not have yet must not stop the others. */
const wordsOf = ({ handlers, configured }: BenchRequest): (readonly string[])[] => {
  if (handlers.length > 0) return handlers.map((word) => [word]);
  return configured.functions.length > 0 ? configured.functions.map(({ name, handler }) => [name ?? handler]) : [[]];
};

const resolvedOnBase = async (request: BenchRequest, directory: string): Promise<Resolved> => {
  const parts: Resolved[] = [];
  for (const words of wordsOf(request)) {
    try {
      parts.push(await resolveTargets(words, { ...request, cwd: directory }));
    } catch (error) {
      // Not there, or not yet a function: on the base that is no mistake of whoever asks.
      if (!(error instanceof Trouble) || error.exitCode !== exitCode.usage) throw error;
    }
  }
  return {
    targets: parts.flatMap(({ targets }) => targets),
    budgets: new Map(),
    notices: [],
    remove: async () => {
      for (const part of parts) await part.remove();
    },
  };
};

/** @throws `Trouble` when the base cannot be made; nothing is left then */
export const baseSide = async (ref: string, head: Resolved, { request, line, signal }: Run): Promise<BaseSide> => {
  line.step(`preparing ${ref}`);
  const made = await prepareBase({
    ref,
    cwd: request.cwd,
    projects: [...new Set(head.targets.map(({ root }) => root))],
    build: request.build,
    allowScripts: request.allowScripts,
    signal,
    say: (text) => line.step(text),
  });
  try {
    const resolved = await resolvedOnBase(request, made.directory);
    const remove = async (): Promise<void> => {
      await resolved.remove();
      await made.remove();
    };
    return { made, resolved, remove };
  } catch (error) {
    await made.remove();
    throw error;
  }
};

/** A file keeps its place on both sides; where it moved, its function's name tells. */
const keyOf = ({ file, name }: Target, top: string): string => `${relative(top, file)}\0${name.replace(/-\d+$/, '')}`;

/** Both sides are called with the same event, also where a change brings another one. */
const calledAs = (base: Target, { platform, event }: Target): Target =>
  base.platform === platform ? { ...base, event } : base;

/** @throws `Trouble` when a base was asked for and has nothing to compare with */
export const pairsOf = (head: Resolved, base: BaseSide | null, { request, line }: Run): Pair[] => {
  const targets = base?.resolved.targets ?? [];
  const byKey = new Map(targets.map((target) => [keyOf(target, base?.made.directory ?? ''), target]));
  const exact = head.targets.map((target) => byKey.get(keyOf(target, request.cwd)) ?? null);
  const byName = new Map(targets.filter((target) => !exact.includes(target)).map((target) => [target.name, target]));
  const others = head.targets.map((target, place) => exact[place] ?? byName.get(target.name) ?? null);
  for (const { name } of targets.filter((target) => !others.includes(target))) {
    line.note(`${name} is in the base only, and not measured.`);
  }
  if (base && others.every((other) => other === null)) {
    throw new Trouble(
      `${base.made.ref} has none of these functions, so nothing could be compared.`,
      'If they are built, say how with --build; if they are all new, measure without --base.',
    );
  }
  return head.targets.map((target, place) => {
    const other = others[place] ?? null;
    if (base && !other) line.note(`${target.name} is new: it is measured, and compared with nothing.`);
    return { head: target, base: other && calledAs(other, target), budgets: head.budgets.get(target.name) ?? {} };
  });
};
