/** Why figures of a ranked function are not observable: which sources they speak for, and what these say of the rest. */
import { observedPlatforms, sourcesPage } from '../observability.ts';
import type { Phases, RankedFunction } from '../ranking.ts';
import { type Cell, type Fact, factNames, type ObservedPlatform, type Source, sentenceOf } from './cell.ts';

export interface Unseen {
  /** What is printed as `-`: `platform`, `cold latency`, ... */
  readonly what: string;
  readonly why: string;
}

export interface UnseenOfFunction {
  /** More than one where figures fit several; none of a provider that the page does not have. */
  readonly platforms: readonly string[];
  /** Titles of the sources that its figures speak for; any of them may have told. */
  readonly sources: readonly string[];
  readonly unseen: readonly Unseen[];
  /** Page and section. */
  readonly page: string;
}

/** Phases of the ranking, and which fact each is. */
const factOfPhase = {
  reportedInitMs: 'reportedInit',
  restoreMs: 'restore',
  platformMs: 'platform',
  runtimeStartMs: 'runtimeStart',
  initMs: 'init',
  executionMs: 'execution',
} as const satisfies Readonly<Record<keyof Phases, Fact>>;
const phaseNames = Object.keys(factOfPhase) as (keyof Phases)[];

const isSeen = (cell: Cell): boolean => cell.how !== 'not observable';
const hasNone = (of: object): boolean => Object.values(of).every((value) => value === null);

/** Neither cold nor warm: nobody told the kinds of start. */
const hasNoKinds = ({ coldStarts }: RankedFunction): boolean => coldStarts === null;

const isByAgent = ({ phases, modules }: RankedFunction): boolean =>
  modules.seen !== null || phases.runtimeStartMs !== null;
const isByPlatform = ({ phases, limits }: RankedFunction): boolean =>
  phases.reportedInitMs !== null || phases.restoreMs !== null || limits.memoryUsedMb !== null;

/** What a ranking holds does not name its sources; but some figures only some can have told. */
const fits = ({ by, cells }: Source, ranked: RankedFunction): boolean => {
  const [agent, platform] = [isByAgent(ranked), isByPlatform(ranked)];
  if (agent && platform) return by === 'both';
  if (agent || platform) return by === (agent ? 'agent' : 'platform');
  // Our agent would have told a cold start's init, where there is one to be seen.
  const isMute = by === 'both' || (by === 'agent' && (ranked.coldStarts ?? 0) > 0 && isSeen(cells.init));
  return !isMute && isSeen(cells.startKind) !== hasNoKinds(ranked);
};

const explained = ({ sources }: ObservedPlatform, ranked: RankedFunction): number => {
  const fitting = sources.filter((source) => fits(source, ranked));
  const told = phaseNames.filter(
    (name) => ranked.phases[name] !== null && fitting.some(({ cells }) => isSeen(cells[factOfPhase[name]])),
  );
  return fitting.length === 0 ? -1 : told.length;
};

/** Of a provider's platforms those whose sources explain most of what was told. */
const platformsOf = (ranked: RankedFunction): ObservedPlatform[] => {
  const own = observedPlatforms.filter(({ provider }) => provider === ranked.provider);
  const most = Math.max(...own.map((platform) => explained(platform, ranked)));
  return own.filter((platform) => explained(platform, ranked) === most);
};

const nothingSays = 'nothing that was told says it';

const whyOf = (fact: Fact, told: readonly Source[]): string => {
  const cells = told.map((source) => source.cells[fact]);
  const seen = cells.find(isSeen);
  const [cell = seen] = cells;
  if (cell === undefined) return nothingSays;
  if (seen === undefined) return sentenceOf(cell);
  if (fact === 'restore') return 'nothing was restored from a snapshot';
  const sentence = sentenceOf(seen);
  return `not told of these cold starts${sentence === '' ? '' : ` (${sentence})`}`;
};

const unseenPhases = (ranked: RankedFunction, told: readonly Source[]): Unseen[] => {
  if (hasNoKinds(ranked)) return [{ what: 'cold, warm', why: whyOf('startKind', told) }];
  if (ranked.coldStarts === 0) return [{ what: 'cold, phases', why: 'no cold start in this window' }];
  return phaseNames
    .filter((name) => ranked.phases[name] === null)
    .map((name) => {
      const why = whyOf(factOfPhase[name], told);
      const isApart = name === 'initMs' && ranked.uploaded !== null;
      return { what: factNames[factOfPhase[name]], why: isApart ? `${why}: ${ranked.uploaded?.startupMs} ms` : why };
    });
};

/** As GitHub makes it of a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');

/** Why each figure of a function that is printed `-` is one. */
export const unseenOf = (ranked: RankedFunction): UnseenOfFunction => {
  const platforms = platformsOf(ranked);
  const told = platforms.flatMap(({ sources }) => sources.filter((source) => fits(source, ranked)));
  const { cold, warm, cost, memoryMb, coldStarts, knownStarts } = ranked;
  const further: readonly (Unseen | false)[] = [
    (coldStarts ?? 0) > 0 &&
      hasNone(cold) && { what: 'cold latency', why: 'needs an init, a reported init or a restore' },
    hasNone(warm) &&
      !hasNoKinds(ranked) && {
        what: 'warm latency',
        why: knownStarts === coldStarts ? 'no warm invocation in this window' : nothingSays,
      },
    cost.totalUsd === null && { what: 'cost', why: cost.reason ?? nothingSays },
    memoryMb === null && { what: 'memory size', why: nothingSays },
  ];
  const [first] = platforms;
  return {
    platforms: platforms.map(({ title }) => title),
    sources: [...new Set(told.map(({ title }) => title))],
    unseen: [...unseenPhases(ranked, told), ...further.filter((one) => one !== false)],
    page: first === undefined ? sourcesPage : `${sourcesPage}#${anchorOf(first.title)}`,
  };
};
