/**
 * Lambda's Runtime API (2018-06-01) for one instance: it hands out one invocation at a time and takes the answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What became of one invocation, as the platform sees it. */
export type RuntimeAnswer = { state: 'succeeded'; body: string } | { state: 'failed'; errorType: string; body: string };

/** One invocation on its way through the runtime. */
export interface PendingInvocation {
  requestId: string;
  event: string;
  deadlineUnixMs: number;
}

export interface RuntimeApiEvents {
  /** The runtime asked for work: the first time, init is over; later, the response before it is out. */
  onNext(): void;
  onAnswer(requestId: string, answer: RuntimeAnswer): void;
  onInitError(errorType: string, body: string): void;
}

/** Lambda's own limit for a synchronous response is 6 MB; beyond it the platform answers 413. */
const maxResponseBytes = 6 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxResponseBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** A trace header as the platform passes it on: version 1, time of the request, random rest. */
const traceHeader = (): string =>
  `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`;

/** The API's server. It listens on loopback only. */
export class RuntimeApi {
  readonly #server: Server;
  readonly #events: RuntimeApiEvents;
  readonly #functionArn: string;
  #waiting: ServerResponse | null = null;
  #current: PendingInvocation | null = null;

  constructor(functionArn: string, events: RuntimeApiEvents) {
    this.#functionArn = functionArn;
    this.#events = events;
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => {
        if (!response.headersSent) answer(response, 500, { errorType: 'SandboxError', errorMessage: String(error) });
      });
    });
  }

  /** Starts to listen on a free port; resolves to the value of `AWS_LAMBDA_RUNTIME_API`. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
      });
    });
  }

  /** Gives the runtime its next event. It must be waiting in `next` or be on its way there. */
  invoke(event: string, timeoutMs: number): PendingInvocation {
    if (this.#current) throw new Error(`instance is busy with ${this.#current.requestId}`);
    this.#current = { requestId: randomUUID(), event, deadlineUnixMs: Date.now() + timeoutMs };
    this.#handOut();
    return this.#current;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handOut(): void {
    if (!this.#waiting || !this.#current) return;
    const { requestId, event, deadlineUnixMs } = this.#current;
    this.#waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(deadlineUnixMs),
      'lambda-runtime-invoked-function-arn': this.#functionArn,
      'lambda-runtime-trace-id': traceHeader(),
    });
    this.#waiting.end(event);
    this.#waiting = null;
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, version, runtime, kind, ...rest] = (request.url ?? '').split('/');
    if (version !== '2018-06-01' || runtime !== 'runtime') return answer(response, 404, { errorType: 'NotFound' });
    if (request.method === 'GET' && kind === 'invocation' && rest[0] === 'next') {
      this.#waiting = response;
      response.once('close', () => {
        if (this.#waiting === response) this.#waiting = null;
      });
      this.#events.onNext();
      this.#handOut();
      return;
    }
    const body = await readBody(request);
    if (body === null) return answer(response, 413, { errorType: 'RequestTooLarge' });
    const errorType = String(request.headers['lambda-runtime-function-error-type'] ?? 'Unhandled');
    if (request.method === 'POST' && kind === 'init' && rest[0] === 'error') {
      answer(response, 202, { status: 'OK' });
      return this.#events.onInitError(errorType, body);
    }
    const [requestId, outcome] = rest;
    const known = outcome === 'response' || outcome === 'error';
    if (request.method !== 'POST' || kind !== 'invocation' || !known)
      return answer(response, 404, { errorType: 'NotFound' });
    if (requestId !== this.#current?.requestId) return answer(response, 400, { errorType: 'InvalidRequestID' });
    this.#current = null;
    answer(response, 202, { status: 'OK' });
    this.#events.onAnswer(
      requestId as string,
      outcome === 'response' ? { state: 'succeeded', body } : { state: 'failed', errorType, body },
    );
  }
}
