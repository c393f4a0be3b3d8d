/**
 * Lambda's Runtime API (2018-06-01) for one instance: it hands out events to who asks for the next one, and takes the
 * answers. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 *
 * `restore/next` and `restore/error` are not in those pages; they are here as AWS's runtime clients for Python and Java
 * call them and AWS's runtime interface emulator answers them.
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
  onAnswer(requestId: string, answer: RuntimeAnswer, firstByteMs: number): void;
  onInitError(errorType: string, body: string): void;
  /** The runtime is ready for its snapshot. */
  onRestoreNext(): void;
  onRestoreError(errorType: string, body: string): void;
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
  readonly #restores: boolean;
  /** Open requests for the next event, the oldest first: one, or one of each worker that runs the function. */
  readonly #waiting: ServerResponse[] = [];
  readonly #underWay = new Set<string>();
  readonly #timedOut = new Set<string>();
  #snapshot: ServerResponse | null = null;

  /** @param restores whether the instance is made from a snapshot; elsewhere the platform has no `restore` calls */
  constructor(functionArn: string, restores: boolean, events: RuntimeApiEvents) {
    this.#functionArn = functionArn;
    this.#restores = restores;
    this.#events = events;
  }

  /** Whether the runtime waits for an event. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether the runtime waits for the restore of its snapshot, and has work to do after it. */
  get awaitsRestore(): boolean {
    return this.#snapshot !== null;
  }

  /** Gives the runtime, or the worker of it that has waited longest, its next event. */
  invoke(event: string, timeoutMs: number): PendingInvocation {
    const waiting = this.#waiting.shift();
    if (!waiting) throw new Error('the runtime does not wait for an event');
    const made = { requestId: randomUUID(), event, deadlineUnixMs: Date.now() + timeoutMs };
    this.#underWay.add(made.requestId);
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': made.requestId,
      'lambda-runtime-deadline-ms': String(made.deadlineUnixMs),
      'lambda-runtime-invoked-function-arn': this.#functionArn,
      'lambda-runtime-trace-id': traceHeader(),
    });
    waiting.end(event);
    return made;
  }

  /** Its time is up: an answer that still comes is refused. */
  abandon(requestId: string): void {
    this.#underWay.delete(requestId);
    this.#timedOut.add(requestId);
  }

  /** Lets a runtime go on that waits for the restore. */
  restore(): void {
    this.#snapshot?.writeHead(200).end();
    this.#snapshot = null;
  }

  readonly route = async (
    request: IncomingMessage,
    response: ServerResponse,
    [kind, ...rest]: readonly string[],
  ): Promise<void> => {
    const call = `${request.method} ${kind}/${rest[0]}`;
    if (call === 'GET invocation/next') return this.#next(response);
    if (call === 'GET restore/next' && this.#restores) return this.#restoreNext(response);
    const firstByteMs = performance.now();
    const body = await readBody(request, maxResponseBytes);
    if (body === null) return refuse(response, 413, 'RequestTooLarge', `at most ${maxResponseBytes} bytes`);
    const errorType = errorTypeOf(request, body);
    if (call === 'POST init/error') {
      answer(response, 202, { status: 'OK' });
      return this.#events.onInitError(errorType, body);
    }
    if (call === 'POST restore/error' && this.#restores) {
      answer(response, 202, { status: 'OK' });
      return this.#events.onRestoreError(errorType, body);
    }
    const [requestId = '', outcome] = rest;
    const known = outcome === 'response' || outcome === 'error';
    if (request.method !== 'POST' || kind !== 'invocation' || !known)
      return refuse(response, 404, 'NotFound', `there is no ${request.method} ${request.url}`);
    if (this.#timedOut.delete(requestId)) return refuse(response, 410, 'InvokeTimeout', 'its time is up');
    if (!this.#underWay.delete(requestId))
      return refuse(response, 400, 'InvalidRequestID', 'no such invocation is under way');
    answer(response, 202, { status: 'OK' });
    const told: RuntimeAnswer =
      outcome === 'response' ? { state: 'succeeded', body } : { state: 'failed', errorType, body };
    this.#events.onAnswer(requestId, told, firstByteMs);
  };

  #next(response: ServerResponse): void {
    this.#waiting.push(response);
    response.once('close', () => {
      const at = this.#waiting.indexOf(response);
      if (at >= 0) this.#waiting.splice(at, 1);
    });
    this.#events.onNext();
  }

  #restoreNext(response: ServerResponse): void {
    this.#snapshot = response;
    response.once('close', () => {
      if (this.#snapshot === response) this.#snapshot = null;
    });
    this.#events.onRestoreNext();
  }
}
