/** Everything that can be asked of a collector, in one table: the routes and their description are made of it. */
import { gateways } from '../model/bill.ts';
import type { FunctionIdentity } from '../model/function-page.ts';
import type { Page } from '../model/page.ts';
import { narrowedTo, rankingSorts } from '../model/ranking.ts';
import type { Store } from '../store/store.ts';
import { asOf } from './as-of.ts';
import {
  benchPlace,
  coldStartPlace,
  cursorParameter,
  liveCursor,
  type PlaceText,
  rankedPlace,
  readCursor,
  writeCursor,
} from './cursor.ts';
import {
  chosen,
  duration,
  instant,
  megabytes,
  type ParameterTable,
  readParameters,
  requiredText,
  text,
  type Values,
  wholeNumber,
  wrong,
} from './parameters.ts';
import {
  benchRunsShape,
  billShape,
  coldStartsShape,
  functionShape,
  healthShape,
  instancesShape,
  invocationShape,
  liveShape,
  modulesShape,
  packagesShape,
  rankingShape,
  type Shape,
} from './shape.ts';

/** What answers. */
export type ReadSource = Pick<
  Store,
  | ('rankingPage' | 'functionPage' | 'coldStartsPage' | 'instances' | 'invocationPage')
  | ('modules' | 'packagesPage' | 'live' | 'benchRunsPage' | 'bill' | 'health')
>;

export interface Operation {
  path: string;
  /** For messages and titles: `the ranking`. */
  name: string;
  summary: string;
  /** What a user of it has to know besides. */
  description?: string;
  /** What may not be there: `function in the window`; absent = there always is an answer. */
  missing?: string;
  /** The member that can be told row by row; absent = it is told as a whole. */
  list?: string;
  /** What it says is of this moment: nobody keeps it, and it has no tag. */
  isMomentary?: true;
  parameters: ParameterTable;
  shape: Readonly<Record<string, Shape>>;
  /** @returns `null` where there is nothing of that name @throws Trouble for wrong usage, or when the store cannot answer */
  answer(source: ReadSource, search: URLSearchParams, nowMs: number): Promise<object | null>;
}

/** Of what is not there, in one sentence. */
export const missingText = (missing: string | undefined): string => `There is no such ${missing}.`;

/** Ties the values' types to the operation's own parameters. */
const operation = <const Table extends ParameterTable>({
  ask,
  ...described
}: Omit<Operation, 'parameters' | 'answer'> & {
  parameters: Table;
  ask(source: ReadSource, values: Values<Table>, nowMs: number): Promise<object | null>;
}): Operation => ({
  ...described,
  answer: async (source, search, nowMs) =>
    ask(source, readParameters(described.parameters, search, described.name), nowMs),
});

/** Of every list, beside its own. */
type ListParameters = { since: ReturnType<typeof duration>; limit: ReturnType<typeof wholeNumber> };

const promise =
  'A page ends with nextCursor, the cursor of the next one; null = it is the last. All pages are of the window of the first, ' +
  'but what is told meanwhile counts on those that are still to come.';
const rankedPromise =
  `${promise} A page begins where the page before ends by then, so that what comes in or goes elsewhere repeats nothing and ` +
  'hides nothing; only what itself moves across that edge in between is shown twice or not at all.';

/** An operation that answers with one list, page by page. */
const list = <const Table extends ParameterTable, Place>({
  ask,
  place,
  shape,
  ...described
}: Omit<Operation, 'parameters' | 'answer'> & {
  parameters: Table & ListParameters;
  place: PlaceText<Place>;
  ask(
    source: ReadSource,
    values: Omit<Values<Table>, keyof ListParameters>,
    part: { sinceMs: number; untilMs: number; limit: number; from?: Place },
  ): Promise<Page<object, Place> | null>;
}): Operation => {
  const parameters = { ...described.parameters, cursor: cursorParameter };
  return {
    ...described,
    parameters,
    shape: { ...shape, nextCursor: 'text?' },
    answer: async (source, search, nowMs) => {
      const {
        cursor,
        limit,
        since: sinceMs,
        ...own
      } = readParameters<ListParameters & { cursor: typeof cursorParameter }>(parameters, search, described.name);
      const question = { path: described.path, values: { sinceMs, ...own } };
      const window =
        cursor === undefined ? { untilMs: asOf(nowMs, sinceMs) } : readCursor(cursor, question, place, nowMs);
      // All that was read is of the operation's table, of which the list's own parameters have been taken out.
      const page = await ask(source, own as Omit<Values<Table>, keyof ListParameters>, { sinceMs, limit, ...window });
      if (page === null) return null;
      const { answer, next } = page;
      const nextCursor = next && writeCursor(question, { untilMs: window.untilMs, from: next }, place);
      return { ...answer, nextCursor };
    },
  };
};

const identity = {
  provider: requiredText('the provider, as the ranking names it'),
  account: requiredText('the account, as the ranking names it; may be empty'),
  region: requiredText('the region, as the ranking names it; may be empty'),
  name: requiredText("the function's name"),
} as const;

const optionalIdentity = {
  provider: text('the provider; only together with account, region and name'),
  account: text('the account'),
  region: text('the region'),
  name: text("the function's name"),
} as const;

export const rankingParameters = {
  since: duration('24h'),
  sort: chosen('sort', rankingSorts, 'cold-p99'),
  limit: wholeNumber('most functions', 1, 10_000, 100),
  filter: text("part of the function's name, in any case", 200),
  compare: chosen('comparison', ['none', 'before'], 'none'),
  trend: chosen('trend of each function', ['none', 'cold-p99'], 'none'),
  totals: chosen('sums of all functions, where there are more than asked for', ['none', 'all'], 'none'),
  provider: text('only this provider'),
  account: text('only this account'),
  region: text('only this region'),
  runtime: text('only this runtime, such as nodejs24.x'),
  version: text('only invocations of this version'),
  memoryMb: megabytes('only invocations at this memory size'),
  trigger: text('only invocations by this trigger, such as http'),
} as const;

export const billParameters = {
  since: duration('30d'),
  freeTier: chosen('free tier', ['false', 'true'], 'false'),
  account: text('only this account'),
  apiGateway: chosen('API Gateway in front of AWS invocations by HTTP', ['none', ...gateways], 'none'),
} as const;

/** All four or none. */
const oneFunction = ({ provider, account, region, name }: Values<typeof optionalIdentity>): FunctionIdentity | null => {
  const given = [provider, account, region, name].filter((value) => value !== undefined);
  if (given.length === 0) return null;
  if (provider !== undefined && account !== undefined && region !== undefined && name !== undefined) {
    return { provider, account, region, name };
  }
  throw wrong('A function is known by provider, account, region and name together', 'Give all four, or none.');
};

export const operations: readonly Operation[] = [
  list({
    path: '/api/v1/ranking',
    name: 'the ranking',
    summary: 'functions by cold-start latency or money',
    description: rankedPromise,
    parameters: rankingParameters,
    list: 'functions',
    shape: rankingShape,
    place: rankedPlace,
    ask: (source, { sort, filter, compare, trend, totals, ...narrowed }, part) =>
      source.rankingPage({
        ...{ ...part, sort, only: narrowedTo(narrowed) },
        ...{ compare: compare === 'before', trend: trend !== 'none', totals: totals !== 'none' },
        ...(filter !== undefined && filter !== '' && { filter }),
      }),
  }),
  operation({
    path: '/api/v1/function',
    name: 'a function',
    summary:
      'one function: quantiles, phases, histograms, trend, deployments, versions, memory sizes, the latest 50 cold starts',
    missing: 'function in the window',
    parameters: { ...identity, since: duration('7d') },
    shape: functionShape,
    ask: (source, { since: sinceMs, ...of }, nowMs) =>
      source.functionPage({ ...of, sinceMs, untilMs: asOf(nowMs, sinceMs) }),
  }),
  list({
    path: '/api/v1/cold-starts',
    name: 'the cold starts',
    summary: 'all cold starts of one function, the latest first',
    description: `${promise} They are in the order of their time, so none is shown twice, nor left out unless it is told later.`,
    missing: 'function in the window',
    parameters: { ...identity, since: duration('7d'), limit: wholeNumber('most cold starts', 1, 1_000, 100) },
    shape: coldStartsShape,
    place: coldStartPlace,
    ask: (source, of, part) => source.coldStartsPage({ ...of, ...part }),
  }),
  operation({
    path: '/api/v1/instances',
    name: 'the instances',
    summary: 'the instances of one function, and what each has served, the latest first',
    description:
      'They are counted from single invocations, so of a longer window than a day only the last day is told.',
    missing: 'function in the window',
    parameters: { ...identity, since: duration('1h'), limit: wholeNumber('most instances', 1, 1_000, 100) },
    shape: instancesShape,
    ask: (source, { since: sinceMs, ...of }, nowMs) =>
      source.instances({ ...of, sinceMs, untilMs: asOf(nowMs, sinceMs) }),
  }),
  operation({
    path: '/api/v1/invocation',
    name: 'an invocation',
    summary: 'one invocation with the spans of its trace',
    missing: 'invocation within an hour of that time',
    parameters: {
      ...identity,
      id: requiredText("the provider's invocation id"),
      at: instant('when it began, within an hour'),
    },
    shape: invocationShape,
    ask: (source, { id: invocationId, at: atMs, ...of }) => source.invocationPage({ ...of, invocationId, atMs }),
  }),
  operation({
    path: '/api/v1/modules',
    name: 'the modules',
    summary:
      'what the cold starts of one function load: its module tree and packages, with milliseconds and dollars a month',
    description:
      'Figures are means over the trees that the latest cold starts told, of one version; trees is 0 where none is kept. ' +
      'Each module comes behind the one that asked for it first, whose place in the list is its parent.',
    missing: 'function in the window',
    parameters: {
      ...identity,
      since: duration('7d'),
      trees: wholeNumber('most trees to read', 1, 50, 20),
    },
    shape: modulesShape,
    ask: (source, { since: sinceMs, ...of }, nowMs) =>
      source.modules({ ...of, sinceMs, untilMs: asOf(nowMs, sinceMs) }),
  }),
  list({
    path: '/api/v1/packages',
    name: 'the packages',
    summary: 'packages by what they cost in cold starts, a month',
    description: rankedPromise,
    parameters: { ...optionalIdentity, since: duration('7d'), limit: wholeNumber('most packages', 1, 1_000, 100) },
    shape: packagesShape,
    place: rankedPlace,
    ask: (source, named, part) => {
      const of = oneFunction(named);
      return source.packagesPage({ ...part, ...(of && { of }) });
    },
  }),
  operation({
    path: '/api/v1/live',
    name: 'what is live',
    summary: 'invocations in the order in which they arrive, the latest first',
    description:
      'Ask again with the cursor of the answer, a second or so later. Invocations of a few seconds before it, and those of ' +
      'which more has arrived, come once more: they are known by their key. arrived says how many there were, shown or not.',
    isMomentary: true,
    parameters: {
      limit: wholeNumber('most invocations', 1, 1_000, 100),
      cursor: liveCursor,
      filter: text("part of the function's name, in any case", 200),
      ...optionalIdentity,
    },
    shape: liveShape,
    ask: (source, { limit, cursor, filter, ...named }) => {
      const of = oneFunction(named);
      return source.live({
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(filter !== undefined && filter !== '' && { filter }),
        ...(of && { of }),
      });
    },
  }),
  list({
    path: '/api/v1/bench-runs',
    name: 'the benchmark runs',
    summary: 'runs that coldlens bench has kept, base against head, the latest first',
    description: `${promise} Times of different machines (fingerprint) must not be compared.`,
    parameters: {
      since: duration('90d'),
      limit: wholeNumber('most runs', 1, 1_000, 100),
      filter: text("part of the function's name, in any case", 200),
    },
    shape: benchRunsShape,
    place: benchPlace,
    ask: (source, { filter }, part) =>
      source.benchRunsPage({ ...part, ...(filter !== undefined && filter !== '' && { filter }) }),
  }),
  operation({
    path: '/api/v1/health',
    name: 'the health',
    summary: 'how the collector, its buffer and its store are',
    description:
      'What /healthz, /readyz and /metrics know, for people. It is answered with 200 also where something is wrong: of a store ' +
      'that does not answer it says why.',
    isMomentary: true,
    parameters: {},
    shape: healthShape,
    ask: (source) => source.health(),
  }),
  operation({
    path: '/api/v1/bill',
    name: 'the bill',
    summary: 'what each account pays a month at list price, with or without the free tier',
    parameters: billParameters,
    shape: billShape,
    ask: (source, { since: sinceMs, freeTier, account, apiGateway }, nowMs) =>
      source.bill({
        ...{ sinceMs, untilMs: asOf(nowMs, sinceMs), freeTier: freeTier === 'true' },
        ...(account !== undefined && { account }),
        ...(apiGateway !== 'none' && { apiGateway }),
      }),
  }),
];
