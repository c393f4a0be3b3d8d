/** The HTTP server: one gate, one table of routes, bounded waits, and an end that lets running requests finish. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCode, Trouble } from '../trouble.ts';
import { type Access, openAccess } from './access.ts';
import { type Answer, errorAnswer } from './answer.ts';
import { admit, type Caller, type Scope, type Wanted } from './gate.ts';
import { addressOf, isLoopbackAddress } from './loopback.ts';
import { statusAnswer } from './otlp/reply.ts';
import { defaultSocketsPerAddress, limitSockets } from './sockets.ts';
import { readKeyPair, type TlsFiles, watchKeyPair } from './tls.ts';

export interface Route {
  /** A path that answers GET also answers HEAD, and every path OPTIONS. */
  method: 'GET' | 'POST';
  path: string;
  /** What a request must be allowed to; `open` = nothing, whoever can connect may ask. */
  scope: Scope | 'open';
  /** Where its senders put the token that cannot put it into Authorization. */
  tokenElsewhere?(request: IncomingMessage, url: URL): string | undefined;
  /** A refusal in the words that its senders understand; absent = by the path. */
  refuse?(request: IncomingMessage, status: number, message: string): Answer;
  /** Failures that a client can act on are answers; whatever is thrown becomes status 500. */
  handle(request: IncomingMessage, url: URL, caller: Caller): Promise<Answer>;
}

/** Told of every request, once its answer is decided. */
export interface ServerWatch {
  /** `route` is the path as the table has it, absent where it is no path of ours; `ms` since its headers were there. */
  answered?(request: { method: string; route?: string; status: number; ms: number }): void;
  /** A handler threw what no sender can act on. */
  failed?(error: unknown, route?: string): void;
}

export interface ServerOptions {
  /** Absent = everyone may do everything; then only loopback can be listened on. */
  access?: Access;
  /** HTTPS; absent = HTTP. */
  tls?: TlsFiles;
  socketsPerAddress?: number;
  watch?: ServerWatch;
  /** For tests: shorter waits. */
  limits?: Partial<typeof defaultLimits>;
}

/** What was turned away before any route saw it. */
export interface TurnedAway {
  /** No token, or none that is known: 401. */
  unauthenticated: number;
  /** The token's scopes, or the name that was asked for: 403. */
  forbidden: number;
  /** Connections of an address that had enough of them. */
  sockets: number;
}

export interface RunningServer {
  port: number;
  turnedAway(): Readonly<TurnedAway>;
  /** Stops accepting, lets running requests finish, cuts what is left after 3 s. Safe to call twice. */
  close(): Promise<void>;
}

const defaultLimits = {
  /** Longer than exporters' pauses: Node's 5 s would make their reused connections fail. */
  keepAliveTimeout: 65_000,
  headersTimeout: 20_000,
  /** Slow bodies are answered with 408. */
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16_384,
  /** HTTPS: until both sides are agreed. */
  handshakeTimeout: 10_000,
  /** Of a socket on which nothing moves: its owner does not read our answer. Longer than any question takes. */
  stalledTimeout: 90_000,
};

/** Statuses whose answers end with their headers (RFC 9110, 6.4.1). */
const withoutContent: ReadonlySet<number> = new Set([204, 304]);

/** How a refusal is counted that nobody is there to read; never sent. nginx's number for it. */
const goneStatus = 499;

/** Over all addresses; where one address is allowed more, all together are. */
const maxConnections = 2000;
/** The collector as a whole ends within 10 s, and has to tidy up after this. */
const closeTimeoutMs = 3_000;

/**
 * @throws {@link Trouble} when the address cannot be used, or is not loopback and there is no token (wrong usage); for
 *   certificates that cannot be used (wrong usage).
 */
export async function listen(
  host: string,
  port: number,
  routes: readonly Route[],
  {
    access = openAccess,
    tls,
    socketsPerAddress = defaultSocketsPerAddress,
    watch = {},
    limits = {},
  }: ServerOptions = {},
): Promise<RunningServer> {
  const address = await bindable(host, port, access);
  const running = new Set<Promise<void>>();
  const turnedAway: TurnedAway = { unauthenticated: 0, forbidden: 0, sockets: 0 };
  let isClosing = false;
  const { stalledTimeout, ...timeouts } = { ...defaultLimits, ...limits };
  const server = serverOf(timeouts, tls);
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const answered = answer(request, response, { routes, access, turnedAway, watch, isClosing: () => isClosing });
    running.add(answered);
    void answered.finally(() => running.delete(answered));
  };
  server.on('request', handle);
  // Nobody is asked for a body before the gate.
  server.on('checkContinue', handle);
  server.maxConnections = Math.max(maxConnections, 2 * socketsPerAddress);
  server.setTimeout(stalledTimeout);
  limitSockets(server, socketsPerAddress, () => {
    turnedAway.sockets += 1;
  });
  await bind(server, address, host, port);
  const endWatch =
    tls === undefined ? () => {} : watchKeyPair(tls, (pair) => (server as SecureServer).setSecureContext(pair));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has no port');

  let closing: Promise<void> | undefined;
  const close = async () => {
    isClosing = true;
    endWatch();
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
    port: bound.port,
    turnedAway: () => ({ ...turnedAway }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * Everything that {@link listen} would refuse before it binds, for who has other things to open first.
 * @throws {@link Trouble}
 */
export async function checkServer(
  host: string,
  port: number,
  { access = openAccess, tls }: ServerOptions,
): Promise<void> {
  await bindable(host, port, access);
  if (tls !== undefined) readKeyPair(tls);
}

function serverOf(limits: Omit<typeof defaultLimits, 'stalledTimeout'>, tls: TlsFiles | undefined): Server {
  return tls === undefined ? createServer(limits) : createSecureServer({ ...limits, ...readKeyPair(tls) });
}

/**
 * The address to bind, looked up once, so that what was checked is what is bound.
 * @throws {@link Trouble} for a name that stands for nothing, or for others' machines where there is no token
 */
async function bindable(host: string, port: number, access: Access): Promise<string> {
  let address: string;
  try {
    address = await addressOf(host);
  } catch (error) {
    throw bindTrouble(error as NodeJS.ErrnoException, host, port);
  }
  if (access.tokens() !== null || isLoopbackAddress(address)) return address;
  throw new Trouble(
    `Without tokens the collector listens on loopback only, and ${host} is open to other machines.`,
    'Give it tokens with --tokens FILE, or leave --host at 127.0.0.1.',
    exitCode.usage,
  );
}

async function bind(server: Server, address: string, host: string, port: number): Promise<void> {
  server.listen(port, address);
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

interface Answering {
  routes: readonly Route[];
  access: Access;
  turnedAway: TurnedAway;
  watch: ServerWatch;
  isClosing(): boolean;
}

async function answer(request: IncomingMessage, response: ServerResponse, answering: Answering): Promise<void> {
  // A connection that breaks is its sender's business; the reading of the body notices it too.
  request.on('error', () => {});
  response.on('error', () => {});
  const { watch } = answering;
  const beganMs = performance.now();
  const path = request.url?.split('?')[0];
  const known = answering.routes.find((candidate) => candidate.path === path)?.path;
  const { status, contentType, body, headers } = await route(request, response, answering).catch((error: unknown) => {
    watch.failed?.(error, known);
    const next = 'Report it: that is a defect of coldlens.';
    const at = answering.routes.find((candidate) => candidate.path === path && candidate.method === request.method);
    return refusal(request, 500, 'The collector failed on this request.', next, at);
  });
  const of = { method: request.method ?? '', ...(known !== undefined && { route: known }) };
  // The sender is gone, or was too slow and has been told so; its connection's end has already been announced.
  const isGone = response.closed || response.destroyed;
  watch.answered?.({ ...of, status: isGone && status >= 400 ? goneStatus : status, ms: performance.now() - beganMs });
  if (isGone) return;
  // Whatever of the body was not read, Node reads and drops, so that the sender sees the answer.
  response.writeHead(status, {
    ...(!withoutContent.has(status) && { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
    ...headers,
    ...(answering.isClosing() && { Connection: 'close' }),
  });
  const finished = new Promise<void>((resolve) => response.once('close', resolve));
  // A HEAD is told how long the body would be, and gets none.
  response.end(request.method === 'HEAD' || withoutContent.has(status) ? undefined : body);
  await finished;
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, access, turnedAway }: Answering,
): Promise<Answer> {
  // Only path and query matter: the host is whatever the sender called us.
  const target = `http://collector${request.url?.startsWith('/') ? request.url : '/'}`;
  const url = URL.canParse(target) ? new URL(target) : null;
  const onPath = routes.filter((candidate) => candidate.path === url?.pathname);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = onPath.find((candidate) => candidate.method === method);
  const elsewhere = url === null ? undefined : found?.tokenElsewhere?.(request, url);
  const admission = admit(access.tokens(), request.headers, wantedOf(request, onPath, found), elsewhere);
  if (admission.state === 'refused') {
    turnedAway[admission.status === 401 ? 'unauthenticated' : 'forbidden'] += 1;
    const answered = refusal(request, admission.status, admission.error, admission.next, found);
    return { ...answered, headers: { ...answered.headers, ...admission.headers } };
  }
  if (url === null) return errorAnswer(400, 'The request has no valid path.', 'Ask for a plain path.');
  const allowed = methodsOf(onPath).join(', ');
  if (request.method === 'OPTIONS' && onPath.length > 0) {
    return { status: 204, contentType: '', body: '', headers: { Allow: allowed } };
  }
  if (found !== undefined) {
    if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
    return await found.handle(request, url, admission.caller);
  }
  const known = `This collector knows ${routes.map((one) => `${one.method} ${one.path}`).join(', ')}.`;
  if (onPath.length === 0) return refusal(request, 404, 'There is nothing at this path.', known);
  const refused = refusal(request, 405, `This path takes ${allowed} only.`, known);
  return { ...refused, headers: { ...refused.headers, Allow: allowed } };
}

/** What is not there wants a token as well; what a path takes may be asked without: a browser's preflight carries none. */
function wantedOf(request: IncomingMessage, onPath: readonly Route[], found: Route | undefined): Wanted {
  if (request.method === 'OPTIONS' && onPath.length > 0) return 'open';
  return found?.scope ?? 'any';
}

/** Where something can be got, so can its headers alone; what a path takes can be asked everywhere. */
const methodsOf = (onPath: readonly Route[]): string[] => [
  ...onPath.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  'OPTIONS',
];

/** In the shape that the path's users know: their own, OTLP's, or that of the read API. */
const refusal = (request: IncomingMessage, status: number, error: string, next: string, route?: Route): Answer =>
  route?.refuse?.(request, status, `${error} ${next}`) ??
  (request.url?.startsWith('/v1/')
    ? statusAnswer(request, status, `${error} ${next}`)
    : errorAnswer(status, error, next));
