/**
 * `coldlens(handlers)` for Cloudflare Workers: `export default coldlens({ fetch, scheduled, queue, ... })`. A build of its
 * own that needs no Node.
 *
 * Workers show little: no cold-start signal, no clock at module scope, and deployed clocks stand still but for I/O. What
 * cannot be seen is left out: there are no spans for runtime start and init, and one for execution only when the clock
 * has moved.
 */
import { endpointOf } from './export/endpoint.ts';
import { traceRequest } from './export/otlp.ts';
import { promiseOf } from './handlers.ts';
import type { InvocationRecord } from './invocation.ts';
import { processStartUnixMs } from './phases/clock.ts';
import { warmStart } from './phases/start.ts';
import type { Environment } from './platforms/platform.ts';
import { attributesOf, callOf, type EventName, eventNames, resourceOf } from './platforms/workers.ts';
import { state } from './state.ts';
import { randomSpanId, randomTraceId } from './trace/ids.ts';
import { safely, warnOnce } from './warn.ts';

export interface Options {
  /** The Worker's name, which a Worker cannot see. Default: binding `OTEL_SERVICE_NAME`, else `worker`. */
  name?: string;
  /** Share of warm invocations that are sent, above 0 to 1. The first of each isolate is always sent. Default 1. */
  sampleRate?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a handler takes and gives what its author decides.
type Handler = (...args: any[]) => any;

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** A Worker has 128 MB for everything; the oldest go first. */
const maxQueued = 100;
const queue: InvocationRecord[] = [];

const rateOf = ({ sampleRate = 1 }: Options): number => {
  if (sampleRate > 0 && sampleRate <= 1) return sampleRate;
  warnOnce('sampleRate', 'sampleRate must be a number above 0, at most 1; every invocation is sent.');
  return 1;
};

/** Statuses with which OTLP/HTTP asks to send again later. */
const retryableStatuses: readonly number[] = [429, 502, 503, 504];

/** Sends what is queued. Runs after the response, in `waitUntil`. Never rejects. */
const flush = async (env: Environment, options: Options): Promise<void> => {
  const endpoint = endpointOf(env, env.COLDLENS_TOKEN);
  const batch = queue.splice(0);
  if (!endpoint || batch.length === 0) return;
  // Isolates share no memory of a promise across requests, so whoever comes first takes everything with it.
  const keep = (reason: string): void => {
    queue.unshift(...batch);
    queue.splice(0, queue.length - maxQueued);
    warnOnce('later', `spans could not be sent (${reason}); kept for the next invocation.`);
  };
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: { ...endpoint.headers, 'content-type': 'application/json' },
      body: traceRequest(resourceOf(env, options.name), batch),
      redirect: 'manual',
      signal: AbortSignal.timeout(endpoint.timeoutMs),
    });
    // The status decides; a hostile body may be endless.
    await response.body?.cancel();
    if (retryableStatuses.includes(response.status)) keep(`the collector answered ${response.status}`);
    else if (!response.ok) warnOnce('refused', `spans were refused (the collector answered ${response.status}).`);
  } catch (error) {
    keep(error instanceof Error ? error.message : String(error));
  }
};

/** Begins a record; `null` for a warm invocation that the sample leaves out. */
const begin = (event: EventName, args: readonly unknown[], options: Options): InvocationRecord | null => {
  const isFirst = state.invocations === 0;
  state.invocations += 1;
  const sampleRate = isFirst ? 1 : rateOf(options);
  if (sampleRate < 1 && Math.random() >= sampleRate) return null;
  const { invocationId, parent } = callOf(event, args);
  const calledMs = performance.now();
  return {
    invocationId: invocationId ?? crypto.randomUUID(),
    told: attributesOf(event),
    resource: {},
    functionName: undefined,
    ids: {
      traceId: parent?.traceId ?? randomTraceId(),
      rootSpanId: randomSpanId(),
      parentSpanId: parent?.spanId ?? null,
    },
    // The platform may have made the isolate while TLS was being negotiated.
    start: isFirst ? { kind: 'cold', certainty: 'inferred', idleMs: null } : warmStart,
    processStartUnixMs: processStartUnixMs(Date.now(), calledMs),
    init: null,
    calledMs,
    settledMs: calledMs,
    execution: null,
    errorType: null,
    sampleRate,
    agentMs: null,
  };
};

/** Completes the record and lets it leave after the response. */
const end = (
  record: InvocationRecord,
  [, env, context]: readonly unknown[],
  failed: boolean,
  error: unknown,
  options: Options,
): void => {
  record.settledMs = performance.now();
  // Deployed, the clock moves with I/O only: what it shows is a lower bound, and no movement shows nothing.
  record.execution = record.settledMs > record.calledMs ? 'inferred' : null;
  if (failed) record.errorType = error instanceof Error ? error.constructor.name || error.name : typeof error;
  queue.push(record);
  queue.splice(0, queue.length - maxQueued);
  // A turn of the event loop later: the response leaves first, and serialising it costs nobody's time.
  const sent = new Promise((resolve) => setTimeout(resolve, 0)).then(() => flush((env ?? {}) as Environment, options));
  (context as ExecutionContext | undefined)?.waitUntil?.(sent);
};

const wrap = (event: EventName, handlers: object, inner: Handler, options: Options): Handler =>
  function wrapper(...args: unknown[]): unknown {
    const record = safely(() => begin(event, args, options));
    const ended = (failed: boolean, error?: unknown): void => {
      if (record) safely(() => end(record, args, failed, error, options));
    };
    try {
      const result: unknown = inner.apply(handlers, args);
      const promise = promiseOf(result);
      if (promise) {
        return promise.then(
          (value) => {
            ended(false);
            return value;
          },
          (error: unknown) => {
            ended(true, error);
            throw error;
          },
        );
      }
      ended(false);
      return result;
    } catch (error) {
      ended(true, error);
      throw error;
    }
  };

/**
 * Wraps a Worker's default export so that its invocations are measured. The spans go as OTLP/HTTP to the binding
 * `COLDLENS_ENDPOINT` with the binding `COLDLENS_TOKEN`, after the response, within `ctx.waitUntil`.
 *
 * @param handlers the object that the Worker exports; anything else is returned as it is
 * @returns an object that has the handlers' other properties too
 */
export const coldlens = <H>(handlers: H, options: Options = {}): H => {
  if (handlers === null || typeof handlers !== 'object') {
    warnOnce(
      'form',
      'coldlens() measures an object of handlers such as { fetch }; what it was given is left as it is.',
    );
    return handlers;
  }
  const wrapped: Record<string, unknown> = Object.create(handlers);
  for (const event of eventNames) {
    const inner: unknown = (handlers as Record<string, unknown>)[event];
    if (typeof inner === 'function') wrapped[event] = wrap(event, handlers, inner as Handler, options);
  }
  return wrapped as H;
};

export default coldlens;
