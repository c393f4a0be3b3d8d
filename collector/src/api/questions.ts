/** Questions as whoever asks a collector elsewhere writes them: the operation that answers each, and its parameters. */
import type { FunctionIdentity } from '../model/function-page.ts';
import type { QuestionSource } from '../model/question-source.ts';

/** Those of a source that are asked something. */
export type QuestionName = Exclude<keyof QuestionSource, 'description' | 'close'>;
type QueryOf<Name extends QuestionName> = Parameters<QuestionSource[Name]>[0];
export type FoundBy<Name extends QuestionName> = Awaited<ReturnType<QuestionSource[Name]>>;

/** What is absent is not asked for. */
type Written = Readonly<Record<string, string | number | boolean | undefined>>;

interface Question<Name extends QuestionName> {
  path: string;
  write(query: QueryOf<Name>): Written;
}

const since = ({ sinceMs }: { sinceMs: number }): Written => ({ since: `${Math.max(1, Math.ceil(sinceMs / 1000))}s` });
const identity = ({ provider, account, region, name }: FunctionIdentity): Written => ({
  ...{ provider, account, region, name },
});

export const questions: { readonly [Name in QuestionName]: Question<Name> } = {
  ranking: {
    path: '/api/v1/ranking',
    write: ({ sort, limit, filter, compare, trend, totals, only, ...query }) => ({
      ...{ ...since(query), sort, limit, filter, ...only },
      ...(compare && { compare: 'before' }),
      ...(trend && { trend: 'cold-p99' }),
      ...(totals && { totals: 'all' }),
    }),
  },
  functionPage: { path: '/api/v1/function', write: (query) => ({ ...identity(query), ...since(query) }) },
  coldStarts: {
    path: '/api/v1/cold-starts',
    write: ({ limit, ...query }) => ({ ...identity(query), ...since(query), limit }),
  },
  instances: {
    path: '/api/v1/instances',
    write: ({ limit, ...query }) => ({ ...identity(query), ...since(query), limit }),
  },
  invocationPage: {
    path: '/api/v1/invocation',
    write: ({ invocationId, atMs, ...of }) => ({ ...identity(of), id: invocationId, at: new Date(atMs).toISOString() }),
  },
  modules: {
    path: '/api/v1/modules',
    write: ({ trees, ...query }) => ({ ...identity(query), ...since(query), trees }),
  },
  packages: {
    path: '/api/v1/packages',
    write: ({ limit, of, ...query }) => ({ ...since(query), limit, ...(of && identity(of)) }),
  },
  live: {
    path: '/api/v1/live',
    write: ({ limit, cursor, filter, of }) => ({ limit, cursor, filter, ...(of && identity(of)) }),
  },
  benchRuns: {
    path: '/api/v1/bench-runs',
    write: ({ limit, filter, ...query }) => ({ ...since(query), limit, filter }),
  },
  bill: {
    path: '/api/v1/bill',
    write: ({ freeTier, account, apiGateway, ...query }) => ({ ...since(query), freeTier, account, apiGateway }),
  },
  health: { path: '/api/v1/health', write: () => ({}) },
};

export const searchOf = (written: Written): URLSearchParams =>
  new URLSearchParams(
    Object.entries(written).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  );
