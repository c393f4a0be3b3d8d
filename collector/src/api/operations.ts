/** Everything that can be asked of a collector, in one table: the routes and their description are made of it. */
import type { FunctionIdentity } from '../model/function-page.ts';
import { narrowedTo, rankingSorts } from '../model/ranking.ts';
import type { Store } from '../store/store.ts';
import { asOf } from './as-of.ts';
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
import { functionShape, invocationShape, packagesShape, rankingShape, type Shape } from './shape.ts';

/** What answers. */
export type ReadSource = Pick<Store, 'ranking' | 'functionPage' | 'invocationPage' | 'packages'>;

export interface Operation {
  path: string;
  /** For messages and titles: `the ranking`. */
  name: string;
  summary: string;
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
  operation({
    path: '/api/v1/ranking',
    name: 'the ranking',
    summary: 'functions by cold-start latency or money',
    parameters: rankingParameters,
    shape: rankingShape,
    ask: (source, { since: sinceMs, sort, limit, filter, compare, ...narrowed }, nowMs) => {
      return source.ranking({
        ...{
          sinceMs,
          untilMs: asOf(nowMs, sinceMs),
          sort,
          limit,
          only: narrowedTo(narrowed),
          compare: compare === 'before',
        },
        ...(filter !== undefined && filter !== '' && { filter }),
      });
    },
  }),
  operation({
    path: '/api/v1/function',
    name: 'a function',
    summary: 'one function: quantiles, histograms, trend, versions, memory sizes, latest cold starts',
    parameters: { ...identity, since: duration('7d') },
    shape: functionShape,
    ask: (source, { since: sinceMs, ...of }, nowMs) =>
      source.functionPage({ ...of, sinceMs, untilMs: asOf(nowMs, sinceMs) }),
  }),
  operation({
    path: '/api/v1/invocation',
    name: 'an invocation',
    summary: 'one invocation with the spans of its trace',
    parameters: {
      ...identity,
      id: requiredText("the provider's invocation id"),
      at: instant('when it began, within an hour'),
    },
    shape: invocationShape,
    ask: (source, { id: invocationId, at: atMs, ...of }) => source.invocationPage({ ...of, invocationId, atMs }),
  }),
  operation({
    path: '/api/v1/packages',
    name: 'the packages',
    summary: 'packages by what they cost in cold starts, a month',
    parameters: { ...optionalIdentity, since: duration('7d'), limit: wholeNumber('most packages', 1, 1_000, 100) },
    shape: packagesShape,
    ask: (source, { since: sinceMs, limit, ...named }, nowMs) => {
      const of = oneFunction(named);
      return source.packages({ sinceMs, untilMs: asOf(nowMs, sinceMs), limit, ...(of && { of }) });
    },
  }),
];
