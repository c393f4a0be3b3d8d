/** The HTTP server: one table of routes, bounded waits, and an end that lets running requests finish. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '../trouble.ts';
import { type Answer, errorAnswer } from './answer.ts';
import type { Scope } from './gate.ts';
import { statusAnswer } from './otlp/reply.ts';

export interface Route {
  /** A path that answers GET also answers HEAD, and every path OPTIONS. */
  method: 'GET' | 'POST';
  path: string;
  /** What a request must be allowed to; `open` = nothing, whoever can connect may ask. */
  scope: Scope | 'open';
  /** Failures that a client can act on are answers; whatever is thrown becomes status 500. */
  handle(request: IncomingMessage, url: URL): Promise<Answer>;
}

/** Told of every request, once its answer is decided. */
export interface ServerWatch {
  /** `route` is the path as the table has it, absent where it is no path of ours; `ms` since its headers were there. */
  answered?(request: { method: string; route?: string; status: number; ms: number }): void;
  /** A handler threw what no sender can act on. */
  failed?(error: unknown, route?: string): void;
}

export interface RunningServer {
  port: number;
  /** Stops accepting, lets running requests finish, cuts what is left after 10 s. Safe to call twice. */
  close(): Promise<void>;
}

const limits = {
  /** Longer than exporters' pauses: Node's 5 s would make their reused connections fail. */
  keepAliveTimeout: 65_000,
  headersTimeout: 20_000,
  /** Slow bodies are answered with 408. */
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16_384,
} as const;

/** Statuses whose answers end with their headers (RFC 9110, 6.4.1). */
const withoutContent: ReadonlySet<number> = new Set([204, 304]);

const maxConnections = 2000;
const closeTimeoutMs = 10_000;

/** @throws {@link Trouble} when the address cannot be used. */
export async function listen(
  host: string,
  port: number,
  routes: readonly Route[],
  watch: ServerWatch = {},
): Promise<RunningServer> {
  const running = new Set<Promise<void>>();
  let isClosing = false;
  const server = createServer(limits, (request, response) => {
    const answered = answer(request, response, routes, () => isClosing, watch);
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  });
  server.maxConnections = maxConnections;
  await bind(server, host, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');

  let closing: Promise<void> | undefined;
  const close = async () => {
    isClosing = true;
    const closed = once(server, 'close');
    server.close();
    const patience = new AbortController();
    const tooLate = sleep(closeTimeoutMs, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([Promise.all(running), tooLate]);
    server.closeIdleConnections();
    await Promise.race([closed, sleep(200)]);
    server.closeAllConnections();
    patience.abort();
    await closed;
  };
  return {
    port: address.port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw bindTrouble(error as NodeJS.ErrnoException, host, port);
  }
}

function bindTrouble(error: NodeJS.ErrnoException, host: string, port: number): Trouble {
  const options = { cause: error };
  if (error.code === 'EADDRINUSE') {
    return new Trouble(
      `Port ${port} is in use on ${host}.`,
      'End the program that listens there (perhaps another collector), or choose another port with --port.',
      undefined,
      options,
    );
  }
  if (error.code === 'EACCES') {
    return new Trouble(
      `Port ${port} may not be opened by this user.`,
      'Choose a port above 1023 with --port.',
      undefined,
      options,
    );
  }
  return new Trouble(
    `The collector cannot listen on ${host}:${port} (${error.code ?? error.message}).`,
    'Check the host and port.',
    undefined,
    options,
  );
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
  isClosing: () => boolean,
  watch: ServerWatch,
): Promise<void> {
  const beganMs = performance.now();
  const path = request.url?.split('?')[0];
  const known = routes.find((candidate) => candidate.path === path)?.path;
  const named = known !== undefined && { route: known };
  // A connection that breaks is its sender's business; the reading of the body notices it too.
  request.on('error', () => {});
  response.on('error', () => {});
  const { status, contentType, body, headers } = await route(request, routes).catch((error: unknown) => {
    watch.failed?.(error, known);
    return refusal(request, 500, 'The collector failed on this request.', 'Report it: that is a defect of coldlens.');
  });
  watch.answered?.({ method: request.method ?? '', ...named, status, ms: performance.now() - beganMs });
  // The sender is gone; its connection's end has already been announced.
  if (response.closed || response.destroyed) return;
  // Whatever of the body was not read, Node reads and drops, so that the sender sees the answer.
  response.writeHead(status, {
    ...(!withoutContent.has(status) && { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
    ...headers,
    ...(isClosing() && { Connection: 'close' }),
  });
  const finished = new Promise<void>((resolve) => response.once('close', resolve));
  // A HEAD is told how long the body would be, and gets none.
  response.end(request.method === 'HEAD' || withoutContent.has(status) ? undefined : body);
  await finished;
}

async function route(request: IncomingMessage, routes: readonly Route[]): Promise<Answer> {
  // Only path and query matter: the host is whatever the sender called us.
  const target = `http://collector${request.url?.startsWith('/') ? request.url : '/'}`;
  if (!URL.canParse(target)) return errorAnswer(400, 'The request has no valid path.', 'Ask for a plain path.');
  const url = new URL(target);
  const onPath = routes.filter((candidate) => candidate.path === url.pathname);
  const allowed = methodsOf(onPath).join(', ');
  if (request.method === 'OPTIONS' && onPath.length > 0) {
    return { status: 204, contentType: '', body: '', headers: { Allow: allowed } };
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = onPath.find((candidate) => candidate.method === method);
  if (found !== undefined) return await found.handle(request, url);
  const known = `This collector knows ${routes.map((one) => `${one.method} ${one.path}`).join(', ')}.`;
  if (onPath.length === 0) return refusal(request, 404, 'There is nothing at this path.', known);
  const refused = refusal(request, 405, `This path takes ${allowed} only.`, known);
  return { ...refused, headers: { ...refused.headers, Allow: allowed } };
}

/** Where something can be got, so can its headers alone; what a path takes can be asked everywhere. */
const methodsOf = (onPath: readonly Route[]): string[] => [
  ...onPath.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  'OPTIONS',
];

/** In the shape that the path's users know: OTLP's, or that of the read API. */
const refusal = (request: IncomingMessage, status: number, error: string, next: string): Answer =>
  request.url?.startsWith('/v1/')
    ? statusAnswer(request, status, `${error} ${next}`)
    : errorAnswer(status, error, next);
