/** What made the init of head slower or faster than that of base: the difference of two module trees, by cause. */
import type { Culprit, CulpritChange, Place } from '../results/result.ts';
import { median } from '../statistics.ts';
import { placesOf } from './places.ts';
import { sentenceOf } from './sentences.ts';
import { changedUnits, type Share, sharesOf, type UnitChange } from './shares.ts';
import { Side } from './side.ts';
import type { Tree } from './tree.ts';

export interface Roots {
  /** Absolute paths of the two checkouts; paths in them are compared, and shown, relative to these. */
  base: string;
  head: string;
}

/** Where nothing but the time changed, it must have changed by so much to be more than noise. */
const minTimeMs = 3;
const minTimeShare = 0.2;
/** Node's own modules, own files, and imports that only moved, are findings from here on. */
const minFindingMs = 1;
/** Packages that are named by their lockfiles alone. */
const maxLocked = 20;

/** What is not read from the trees twice. */
interface Comparison {
  base: Side;
  head: Side;
  changes: ReadonlyMap<string, UnitChange>;
  /** How much slower the machine was while head ran: the middle of what did not change. */
  drift: number;
}

const places = (side: Side, unit: string): Place[] =>
  unit.startsWith('node:') || side.byUnit.has(unit)
    ? placesOf(unit, side.byUnit.get(unit) ?? [], side.own, side.packages, side.root)
    : [];

const versionText = (side: Side, unit: string): string | null => side.versions(unit).join(', ') || null;

const driftOf = (changes: ReadonlyMap<string, UnitChange>, shares: ReadonlyMap<string, Share>): number => {
  const steady = [...shares].filter(([unit, { baseMs }]) => !changes.has(unit) && baseMs >= 2);
  // Few packages say more about themselves than about the machine.
  return steady.length < 4 ? 1 : median(steady.map(([, { ms, baseMs }]) => (baseMs + ms) / baseMs));
};

const isBeyondNoise = ({ ms, baseMs }: Share, drift: number): boolean => {
  const least = Math.max(minTimeMs, minTimeShare * baseMs);
  return Math.abs(ms) >= least && Math.abs(baseMs + ms - baseMs * drift) >= least;
};

/** Whether none of the places that import it now imported it before. */
const hasMoved = (before: readonly Place[], now: readonly Place[]): boolean =>
  before.length > 0 && now.length > 0 && !now.some(({ file }) => before.some((place) => place.file === file));

/** Whether the module is a bundle whose original modules are known. */
const isBundle = (id: string, ...sides: readonly Side[]): boolean =>
  sides.some((side) => {
    const node = side.byId.get(id)?.node;
    return (
      node?.source === 'hooks' && side.tree.nodes.some(({ parent, source }) => parent === node && source === 'profile')
    );
  });

const ofOwnModule = (id: string, share: Share, { base, head, changes, drift }: Comparison): Culprit | null => {
  const isNew = !base.byId.has(id) || !head.byId.has(id);
  if (isNew ? Math.abs(share.ms) < minFindingMs : !isBeyondNoise(share, drift)) return null;
  // Reading and compiling a bundle takes as long as what is in it is large: those packages are the finding.
  if (changes.size > 0 && isBundle(id, base, head)) return null;
  const side = head.byId.has(id) ? head : base;
  const module = id.slice('./'.length);
  return finding('own code', share, {
    package: '',
    module,
    importedBy: [],
    wasLate: false,
    before: [],
    side,
    unit: id,
    base,
    head,
  });
};

interface Found {
  package: string;
  module: string | null;
  importedBy: Place[];
  before: Place[];
  wasLate: boolean;
  side: Side;
  unit: string;
  base: Side;
  head: Side;
}

const finding = (change: CulpritChange, share: Share, found: Found): Culprit => {
  const { base, head, unit, importedBy, before, wasLate } = found;
  const culprit = {
    change,
    package: found.package,
    module: found.module,
    baseVersion: found.package === '' ? null : versionText(base, unit),
    headVersion: found.package === '' ? null : versionText(head, unit),
    deltaMs: share.ms,
    deltaModules: share.modules,
    importedBy,
  };
  const copies = head.copies(unit);
  const isNew = change === 'own code' && !base.byId.has(unit);
  const isGone = change === 'own code' && !head.byId.has(unit);
  return { ...culprit, sentence: sentenceOf(culprit, { before, wasLate, copies, isNew, isGone }) };
};

const ofUnit = (unit: string, share: Share, { base, head, changes, drift }: Comparison): Culprit | null => {
  const change = changes.get(unit);
  const importedBy = places(head, unit);
  const before = places(base, unit);
  const found = { package: unit, module: null, importedBy, before, side: head, unit, base, head };
  const isBuiltin = unit.startsWith('node:');
  if (isBuiltin && Math.abs(share.ms) < minFindingMs) return null;
  const sooner: CulpritChange = share.ms < 0 ? 'faster' : 'slower';
  if (change === 'grown' && share.modules !== 0) return finding(sooner, share, { ...found, wasLate: false });
  if (change !== undefined && change !== 'grown') {
    const wasLate = change === 'removed' ? head.isLate(unit) : base.isLate(unit);
    return finding(change, share, { ...found, wasLate });
  }
  const totalMs = share.baseMs + share.ms;
  if (!isBuiltin && totalMs >= minFindingMs && hasMoved(before, importedBy)) {
    return finding('moved', share, { ...found, wasLate: false });
  }
  return isBeyondNoise(share, drift) ? finding(sooner, share, { ...found, wasLate: false }) : null;
};

const isBlind = ({ seen }: Tree): boolean => seen === 'bundle without a map' || seen === 'not observed';

/** Where the trees show no packages, the lockfiles still say which versions changed. */
const byLockfiles = (base: Side, head: Side): Culprit[] => {
  const culprits: Culprit[] = [];
  const text = (versions: ReadonlySet<string> | undefined): string => [...(versions ?? [])].sort().join(', ');
  for (const name of new Set([...base.locked.keys(), ...head.locked.keys()])) {
    const [from, to] = [text(base.locked.get(name)), text(head.locked.get(name))];
    if (from === to) continue;
    const change = from === '' ? 'added' : to === '' ? 'removed' : 'upgraded';
    const sentence = `\`${name}\` ${change} by the lockfile${from === '' ? '' : ` ${from}`}${from !== '' && to !== '' ? ' ->' : ''}${to === '' ? '' : ` ${to}`}; its share of the init is not observable`;
    culprits.push({
      change,
      package: name,
      module: null,
      baseVersion: from || null,
      headVersion: to || null,
      deltaMs: 0,
      deltaModules: 0,
      importedBy: [],
      sentence,
    });
  }
  return culprits.slice(0, maxLocked);
};

/**
 * The dearest first, whether slower or faster. The trees' files must still be there: packages and lines are read from them.
 */
export const culpritsBetween = (baseTree: Tree, headTree: Tree, roots: Roots): Culprit[] => {
  const [base, head] = [new Side(baseTree, roots.base), new Side(headTree, roots.head)];
  if (isBlind(baseTree) || isBlind(headTree)) return byLockfiles(base, head);
  const changes = changedUnits(base, head);
  const shares = sharesOf(base, head, changes);
  const comparison = { base, head, changes, drift: driftOf(changes, shares) };
  return [...shares]
    .map(([unit, share]) => (unit.startsWith('./') ? ofOwnModule : ofUnit)(unit, share, comparison))
    .filter((culprit) => culprit !== null)
    .sort((a, b) => Math.abs(b.deltaMs) - Math.abs(a.deltaMs));
};
