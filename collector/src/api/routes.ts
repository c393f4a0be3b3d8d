/** The read side: what can be asked of a collector over HTTP. */
import { type Answer, errorAnswer, jsonAnswer } from '../receive/answer.ts';
import type { CollectorStats } from '../receive/otlp/receiver.ts';
import type { Route } from '../receive/server.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { openApi, openApiPath } from './openapi.ts';
import { type Operation, operations, type ReadSource } from './operations.ts';

export const readRoutes = (source: ReadSource, stats: () => CollectorStats): Route[] => [
  ...operations.map(
    (operation): Route => ({
      method: 'GET',
      path: operation.path,
      handle: (_request, url) => answered(operation, source, url.searchParams),
    }),
  ),
  { method: 'GET', path: openApiPath, handle: async () => jsonAnswer(200, openApi(operations)) },
  { method: 'GET', path: '/healthz', handle: async () => jsonAnswer(200, { status: 'ok', stats: stats() }) },
];

const answered = async (operation: Operation, source: ReadSource, search: URLSearchParams): Promise<Answer> => {
  try {
    const found = await operation.answer(source, search);
    if (found !== null) return jsonAnswer(200, found);
    return errorAnswer(
      404,
      `There is no such thing as ${operation.name} of that name.`,
      'Take names as the ranking gives them.',
    );
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return errorAnswer(error.exitCode === exitCode.usage ? 400 : 503, error.message, error.next);
  }
};
