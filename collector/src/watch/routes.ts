/** What whoever runs a collector asks it: does it live, would it take spans, and its figures. */
import { readFileSync } from 'node:fs';
import { type Answer, errorAnswer, jsonAnswer } from '../receive/answer.ts';
import type { Route } from '../receive/server.ts';
import { exposition, formatFor } from './exposition.ts';
import { families, type Measured } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** Of this package. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

const fresh = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, 'Cache-Control': 'no-store' } });

/**
 * Health and readiness are for load balancers and supervisors, which have no token: they say nothing that a stranger may
 * not know. The figures are for who may read.
 */
export function watchRoutes(measured: Measured, readiness: () => Readiness): Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      scope: 'open',
      handle: async () => fresh(jsonAnswer(200, { status: 'ok' })),
    },
    {
      method: 'GET',
      path: '/readyz',
      scope: 'open',
      handle: async () => {
        const found = readiness();
        return found.ready ? fresh(jsonAnswer(200, found)) : errorAnswer(503, found.error, found.next);
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      scope: 'read',
      handle: async ({ headers }) => {
        const format = formatFor(headers.accept);
        return fresh({ status: 200, contentType: format, body: exposition(families(measured), format) });
      },
    },
  ];
}
