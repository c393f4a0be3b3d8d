/**
 * Export after the response. Lambda freezes the process once the response is out, often in the middle of the POST; what
 * has not been acknowledged stays here and goes on, or goes again, when the next invocation or the shutdown thaws us.
 * Re-sent spans keep their ids, so a receiver that stored them already counts nothing twice.
 */
import type { InvocationRecord } from '../invocation.ts';
import { resourceAttributes } from '../platforms/lambda.ts';
import { warnOnce } from '../warn.ts';
import { tracesUrl } from './endpoint.ts';
import { post } from './http.ts';
import { type IdentifiedRecord, identify, traceRequest } from './otlp.ts';

/** About 0.5 MB of memory. The oldest go first: a collector that is away for so long is not coming back for them. */
const maxQueued = 1_000;
/** Keeps a request's body below about 250 kB. */
const maxBatch = 200;
const postTimeoutMs = 3_000;

const queue: IdentifiedRecord[] = [];
let sending: Promise<void> | null = null;

const sendBatches = async (): Promise<void> => {
  const url = tracesUrl(process.env);
  while (queue.length > 0) {
    if (!url) {
      queue.length = 0;
      return;
    }
    const batch = queue.slice(0, maxBatch);
    const resource = resourceAttributes(process.env, batch[0]?.record.invokedArn ?? null);
    const outcome = await post(url, traceRequest(resource, batch), postTimeoutMs);
    if (outcome.state === 'later') {
      warnOnce('later', `spans could not be sent to ${url.origin} (${outcome.reason}); kept for the next invocation.`);
      return;
    }
    if (outcome.state === 'refused') {
      warnOnce('refused', `spans were refused by ${url.origin} (${outcome.reason}) and dropped.`);
    }
    const done = new Set(batch);
    // Newer records may have pushed the oldest out while we waited, so remove by identity and not by count.
    const kept = queue.filter((entry) => !done.has(entry));
    queue.splice(0, queue.length, ...kept);
  }
};

/** Sends what is queued; one request at a time. Never rejects. */
export const flush = (): Promise<void> => {
  sending ??= sendBatches()
    .catch((error: unknown) => warnOnce('export', `export failed: ${error instanceof Error ? error.message : error}`))
    .finally(() => {
      sending = null;
    });
  return sending;
};

/** Queues an invocation and sends it once the response has left. */
export const exportAfterResponse = (record: InvocationRecord): void => {
  if (queue.length >= maxQueued) {
    queue.shift();
    warnOnce('full', `the collector has not taken spans for long; only the newest ${maxQueued} invocations are kept.`);
  }
  queue.push(identify(record));
  // AWS's runtime client posts the response in a setImmediate of its own, queued after ours: only the turn after that
  // one comes after the response.
  setImmediate(() => setImmediate(() => void flush()).unref()).unref();
};
