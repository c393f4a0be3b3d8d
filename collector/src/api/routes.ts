/** The read side: what can be asked of a collector over HTTP. */
import type { RankingSource } from '../model/ranking.ts';
import { type Answer, errorAnswer, jsonAnswer } from '../receive/answer.ts';
import type { CollectorStats } from '../receive/otlp/receiver.ts';
import type { Route } from '../receive/server.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { rankingPath, readRankingQuery } from './ranking-query.ts';

export function readRoutes(source: RankingSource, stats: () => CollectorStats): Route[] {
  return [
    {
      method: 'GET',
      path: rankingPath,
      handle: (_request, url) =>
        answered(async () => jsonAnswer(200, await source.ranking(readRankingQuery(url.searchParams)))),
    },
    {
      method: 'GET',
      path: '/healthz',
      handle: async () => jsonAnswer(200, { status: 'ok', stats: stats() }),
    },
  ];
}

async function answered(task: () => Promise<Answer>): Promise<Answer> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return errorAnswer(error.exitCode === exitCode.usage ? 400 : 503, error.message, error.next);
  }
}
