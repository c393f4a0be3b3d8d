/**
 * Gives the difference of two trees to what changed, each module to one culprit: what a new package brings along belongs
 * to the outermost changed package that asked for it, so no module is counted twice.
 */
import type { ModuleNode } from '@coldlens/agent/modules';
import type { Side } from './side.ts';

/** How a unit differs between the trees. `grown`: the same version, but other modules of it. */
export type UnitChange = 'added' | 'removed' | 'upgraded' | 'duplicated' | 'grown';

export interface Share {
  ms: number;
  modules: number;
  /** What it holds at the base. */
  baseMs: number;
}

/** Those that can have brought along others. */
export const changedUnits = (base: Side, head: Side): Map<string, UnitChange> => {
  const changes = new Map<string, UnitChange>();
  const idsOf = (side: Side, unit: string): string[] => (side.byUnit.get(unit) ?? []).map((node) => side.id(node));
  for (const unit of new Set([...base.byUnit.keys(), ...head.byUnit.keys()])) {
    if (unit === '') continue;
    if (!base.byUnit.has(unit)) changes.set(unit, 'added');
    else if (!head.byUnit.has(unit)) changes.set(unit, 'removed');
    else if (head.copies(unit) > Math.max(1, base.copies(unit))) changes.set(unit, 'duplicated');
    else if (base.versions(unit).join() !== head.versions(unit).join()) changes.set(unit, 'upgraded');
    else if (idsOf(head, unit).some((id) => !base.byId.has(id)) || idsOf(base, unit).some((id) => !head.byId.has(id))) {
      changes.set(unit, 'grown');
    }
  }
  return changes;
};

/** The outermost changed unit over a module, itself included; '' = none is. */
const outermost = (node: ModuleNode, side: Side, changes: ReadonlyMap<string, UnitChange>): string => {
  let found = '';
  for (let at: ModuleNode | null = node; at; at = at.parent) {
    const unit = side.unit(at);
    if (changes.has(unit)) found = unit;
  }
  return found;
};

/** Differences by unit; of the user's own code by module id, such as `./src/a.js`. Their sum is the whole difference. */
export const sharesOf = (base: Side, head: Side, changes: ReadonlyMap<string, UnitChange>): Map<string, Share> => {
  const shares = new Map<string, Share>();
  const give = (to: string, ms: number, modules: number, baseMs: number): void => {
    const share = shares.get(to) ?? { ms: 0, modules: 0, baseMs: 0 };
    shares.set(to, { ms: share.ms + ms, modules: share.modules + modules, baseMs: share.baseMs + baseMs });
  };
  for (const [id, now] of head.byId) {
    const before = base.byId.get(id);
    const unit = head.unit(now.node);
    const own = unit === '' ? id : unit;
    // What was there before is a matter of its own, whoever asks for it first now.
    if (before) give(own, now.ms - before.ms, now.count - before.count, before.ms);
    else give(unit === '' ? id : outermost(now.node, head, changes) || own, now.ms, now.count, 0);
  }
  for (const [id, before] of base.byId) {
    if (head.byId.has(id)) continue;
    const unit = base.unit(before.node);
    const to = unit === '' ? id : outermost(before.node, base, changes) || unit;
    give(to, -before.ms, -before.count, before.ms);
  }
  return shares;
};
