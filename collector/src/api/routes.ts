/** The read side: what can be asked of a collector over HTTP. */
import { type Answer, errorAnswer, jsonAnswer } from '../receive/answer.ts';
import type { Route } from '../receive/server.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { conditional, rowByRow, unkept } from './conditional.ts';
import { openApi, openApiPath } from './openapi.ts';
import { missingText, type Operation, operations, type ReadSource } from './operations.ts';
import { readParameters } from './parameters.ts';
import { takesRows } from './rows.ts';
import { createVersions } from './versions.ts';

export const readRoutes = (source: ReadSource): Route[] => {
  const versions = createVersions();
  return [...operations, description].map((operation): Route => {
    const { path, list, isMomentary } = operation;
    return {
      ...{ method: 'GET', path, scope: 'read' },
      handle: async (request, url) => {
        const isByRow = list !== undefined && takesRows(request.headers['a-im']);
        const write = isByRow
          ? (found: object) => rowByRow(request, found, list, versions)
          : (found: object) => jsonAnswer(200, found);
        const answer = await answered(operation, source, url.searchParams, write);
        if (isMomentary) return unkept(answer);
        return isByRow ? answer : conditional(request, answer);
      },
    };
  });
};

type Answering = Pick<Operation, 'path' | 'name' | 'missing' | 'list' | 'isMomentary' | 'answer'>;

/** Takes no parameters, and describes all but itself. */
const description: Answering = {
  path: openApiPath,
  name: 'the description',
  answer: async (_source, search) => {
    readParameters({}, search, description.name);
    return openApi(operations);
  },
};

const answered = async (
  operation: Answering,
  source: ReadSource,
  search: URLSearchParams,
  write: (found: object) => Answer,
): Promise<Answer> => {
  try {
    const found = await operation.answer(source, search, Date.now());
    if (found !== null) return write(found);
    return errorAnswer(404, missingText(operation.missing), 'Take names and times as the ranking gives them.');
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return errorAnswer(error.exitCode === exitCode.usage ? 400 : 503, error.message, error.next);
  }
};
