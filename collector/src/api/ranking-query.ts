/** The ranking's question as URL parameters: read by the collector, written by those who ask it. */
import { parseDurationMs } from '../duration.ts';
import { type RankingQuery, type RankingSort, rankingSorts } from '../model/ranking.ts';
import { exitCode, Trouble } from '../trouble.ts';

export const rankingPath = '/api/v1/ranking';

const maxLimit = 10_000;
const maxFilterLength = 200;
const defaults = { since: '24h', sort: 'cold-p99', limit: '100' } as const;

const parameterNames: ReadonlySet<string> = new Set(['since', 'sort', 'limit', 'filter']);

/** @throws {@link Trouble} (wrong usage) that names the parameter and its bounds. */
export function readRankingQuery(parameters: URLSearchParams): RankingQuery {
  for (const name of parameters.keys()) {
    if (!parameterNames.has(name)) {
      throw usage(`"${name.slice(0, 40)}" is no parameter of the ranking`, `Use ${[...parameterNames].join(', ')}.`);
    }
  }
  const filter = parameters.get('filter') ?? '';
  if (filter.length > maxFilterLength) {
    throw usage('The filter is too long', `Use at most ${maxFilterLength} characters of a function's name.`);
  }
  return {
    sinceMs: parseDurationMs(parameters.get('since') ?? defaults.since),
    sort: readSort(parameters.get('sort') ?? defaults.sort),
    limit: readLimit(parameters.get('limit') ?? defaults.limit),
    ...(filter !== '' && { filter }),
  };
}

export function writeRankingQuery({ sinceMs, sort, limit, filter }: RankingQuery): URLSearchParams {
  const since = `${Math.max(1, Math.ceil(sinceMs / 1000))}s`;
  return new URLSearchParams({ since, sort, limit: String(limit), ...(filter !== undefined && { filter }) });
}

function readSort(text: string): RankingSort {
  const sort = rankingSorts.find((name) => name === text);
  if (sort === undefined) throw usage(`"${text.slice(0, 40)}" is no sort`, `Use one of ${rankingSorts.join(', ')}.`);
  return sort;
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxLimit) return limit;
  throw usage(`"${text.slice(0, 40)}" is no limit`, `Use a whole number from 1 to ${maxLimit}.`);
}

function usage(what: string, next: string): Trouble {
  return new Trouble(`${what}.`, next, exitCode.usage);
}
