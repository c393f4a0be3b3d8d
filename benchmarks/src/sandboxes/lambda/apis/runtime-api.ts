/**
 * Lambda's Runtime API (2018-06-01) for one instance: it hands out one invocation at a time and takes the answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, headerOf, objectIn, readBody, refuse } from './http.ts';

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
  /** @param firstByteMs when the answer's first byte came, on the clock of `performance.now()` */
  onAnswer(answer: RuntimeAnswer, firstByteMs: number): void;
  onInitError(errorType: string, body: string): void;
}

/** Lambda's own limit for a synchronous response is 6 MB; beyond it the platform answers 413. */
const maxResponseBytes = 6 * 1024 * 1024;

/** A trace header as the platform passes it on: version 1, time of the request, random rest. */
const traceHeader = (): string =>
  `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`;

/** The error's own name, which the header tells in some clients and the body in others. */
const errorTypeOf = (request: IncomingMessage, body: string): string => {
  const inBody = objectIn(body)?.errorType;
  return headerOf(request, 'lambda-runtime-function-error-type') ?? (typeof inBody === 'string' ? inBody : 'Unhandled');
};

export class RuntimeApi {
  readonly #events: RuntimeApiEvents;
  readonly #functionArn: string;
  #waiting: ServerResponse | null = null;
  #current: PendingInvocation | null = null;

  constructor(functionArn: string, events: RuntimeApiEvents) {
    this.#functionArn = functionArn;
    this.#events = events;
  }

  /** Whether the runtime waits for an event. */
  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  /** Gives the waiting runtime its next event. */
  invoke(event: string, timeoutMs: number): PendingInvocation {
    if (this.#current) throw new Error(`instance is busy with ${this.#current.requestId}`);
    if (!this.#waiting) throw new Error('the runtime does not wait for an event');
    const current = { requestId: randomUUID(), event, deadlineUnixMs: Date.now() + timeoutMs };
    this.#current = current;
    this.#waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': current.requestId,
      'lambda-runtime-deadline-ms': String(current.deadlineUnixMs),
      'lambda-runtime-invoked-function-arn': this.#functionArn,
      'lambda-runtime-trace-id': traceHeader(),
    });
    this.#waiting.end(event);
    this.#waiting = null;
    return current;
  }

  readonly route = async (
    request: IncomingMessage,
    response: ServerResponse,
    [kind, ...rest]: readonly string[],
  ): Promise<void> => {
    if (request.method === 'GET' && kind === 'invocation' && rest[0] === 'next') return this.#next(response);
    const firstByteMs = performance.now();
    const body = await readBody(request, maxResponseBytes);
    if (body === null) return refuse(response, 413, 'RequestTooLarge', `at most ${maxResponseBytes} bytes`);
    if (request.method === 'POST' && kind === 'init' && rest[0] === 'error') {
      answer(response, 202, { status: 'OK' });
      return this.#events.onInitError(errorTypeOf(request, body), body);
    }
    const [requestId, outcome] = rest;
    const known = outcome === 'response' || outcome === 'error';
    if (request.method !== 'POST' || kind !== 'invocation' || !known)
      return refuse(response, 404, 'NotFound', `there is no ${request.method} ${request.url}`);
    if (requestId !== this.#current?.requestId)
      return refuse(response, 400, 'InvalidRequestID', 'this is not the invocation that is under way');
    this.#current = null;
    answer(response, 202, { status: 'OK' });
    this.#events.onAnswer(
      outcome === 'response'
        ? { state: 'succeeded', body }
        : { state: 'failed', errorType: errorTypeOf(request, body), body },
      firstByteMs,
    );
  };

  #next(response: ServerResponse): void {
    this.#waiting = response;
    response.once('close', () => {
      if (this.#waiting === response) this.#waiting = null;
    });
    this.#events.onNext();
  }
}
