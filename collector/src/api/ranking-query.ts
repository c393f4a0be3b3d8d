/** Questions as URL parameters, for whoever asks a collector elsewhere. */
import type { BillQuery } from '../model/bill.ts';
import type { RankingQuery } from '../model/ranking.ts';

export const rankingPath = '/api/v1/ranking';
export const billPath = '/api/v1/bill';

const sinceText = (sinceMs: number): string => `${Math.max(1, Math.ceil(sinceMs / 1000))}s`;

export const writeBillQuery = ({ sinceMs, freeTier, account, apiGateway }: BillQuery): URLSearchParams =>
  new URLSearchParams({
    since: sinceText(sinceMs),
    freeTier: String(freeTier),
    ...(account !== undefined && { account }),
    ...(apiGateway !== undefined && { apiGateway }),
  });

export function writeRankingQuery({ sinceMs, sort, limit, filter, only, compare }: RankingQuery): URLSearchParams {
  return new URLSearchParams({
    since: sinceText(sinceMs),
    sort,
    limit: String(limit),
    ...(filter !== undefined && { filter }),
    ...(compare && { compare: 'before' }),
    ...only,
  });
}
