/** The ranking's question as URL parameters, for whoever asks a collector elsewhere. */
import type { RankingQuery } from '../model/ranking.ts';

export const rankingPath = '/api/v1/ranking';

export function writeRankingQuery({ sinceMs, sort, limit, filter, only, compare }: RankingQuery): URLSearchParams {
  const since = `${Math.max(1, Math.ceil(sinceMs / 1000))}s`;
  return new URLSearchParams({
    since,
    sort,
    limit: String(limit),
    ...(filter !== undefined && { filter }),
    ...(compare && { compare: 'before' }),
    ...only,
  });
}
