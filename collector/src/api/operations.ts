/** Everything that can be asked of a collector, in one table: the routes and their description are made of it. */
import type { FunctionIdentity } from '../model/function-page.ts';
import type { Page } from '../model/page.ts';
import { narrowedTo, rankingSorts } from '../model/ranking.ts';
import type { Store } from '../store/store.ts';
import { asOf } from './as-of.ts';
import { coldStartPlace, cursorParameter, type PlaceText, rankedPlace, readCursor, writeCursor } from './cursor.ts';
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
import { coldStartsShape, functionShape, invocationShape, packagesShape, rankingShape, type Shape } from './shape.ts';

/** What answers. */
export type ReadSource = Pick<
  Store,
  'rankingPage' | 'functionPage' | 'coldStartsPage' | 'invocationPage' | 'packagesPage'
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
  parameters: ParameterTable;
  shape: Shape;
  /** @returns `null` where there is nothing of that name @throws Trouble for wrong usage, or when the store cannot answer */
  answer(source: ReadSource, search: URLSearchParams, nowMs: number): Promise<object | null>;
}

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
}: Omit<Operation, 'parameters' | 'shape' | 'answer'> & {
  parameters: Table & ListParameters;
  shape: Readonly<Record<string, Shape>>;
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
  provider: text('only this provider'),
  account: text('only this account'),
  region: text('only this region'),
  runtime: text('only this runtime, such as nodejs24.x'),
  version: text('only invocations of this version'),
  memoryMb: megabytes('only invocations at this memory size'),
  trigger: text('only invocations by this trigger, such as http'),
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
    shape: rankingShape,
    place: rankedPlace,
    ask: (source, { sort, filter, compare, ...narrowed }, part) =>
      source.rankingPage({
        ...{ ...part, sort, only: narrowedTo(narrowed), compare: compare === 'before' },
        ...(filter !== undefined && filter !== '' && { filter }),
      }),
  }),
  operation({
    path: '/api/v1/function',
    name: 'a function',
    summary: 'one function: quantiles, histograms, trend, versions, memory sizes, the latest 50 cold starts',
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
];
