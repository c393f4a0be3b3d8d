/** The read side: what can be asked of a collector over HTTP. */
import { type Answer, errorAnswer, jsonAnswer } from '../receive/answer.ts';
import type { Route } from '../receive/server.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { conditional } from './conditional.ts';
import { openApi, openApiPath } from './openapi.ts';
import { type Operation, operations, type ReadSource } from './operations.ts';
import { readParameters } from './parameters.ts';

export const readRoutes = (source: ReadSource): Route[] =>
  [...operations, description].map(
    (operation): Route => ({
      method: 'GET',
      path: operation.path,
      scope: 'read',
      handle: async (request, url) => conditional(request, await answered(operation, source, url.searchParams)),
    }),
  );

type Answering = Pick<Operation, 'path' | 'name' | 'missing' | 'answer'>;

/** Takes no parameters, and describes all but itself. */
const description: Answering = {
  path: openApiPath,
  name: 'the description',
  answer: async (_source, search) => {
    readParameters({}, search, description.name);
    return openApi(operations);
  },
};

const answered = async (operation: Answering, source: ReadSource, search: URLSearchParams): Promise<Answer> => {
  try {
    const found = await operation.answer(source, search, Date.now());
    if (found !== null) return jsonAnswer(200, found);
    return errorAnswer(
      404,
      `There is no such ${operation.missing}.`,
      'Take names and times as the ranking gives them.',
    );
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return errorAnswer(error.exitCode === exitCode.usage ? 400 : 503, error.message, error.next);
  }
};
