/**
 * Finished invocations on their way out. They leave after the response. Lambda freezes the process once the response is
 * out, often in the middle of a POST; what has not been acknowledged stays here and goes on, or goes again, when the next
 * invocation or the shutdown thaws us. Elsewhere a timer tries again too: nobody may call for long. Spans keep their ids, so
 * a receiver that stored them already counts nothing twice.
 */
import type { AttributeValue, InvocationRecord } from '../invocation.ts';
import { platform } from '../platforms/index.ts';
import { resourceOf } from '../resource.ts';
import { warnOnce } from '../warn.ts';
import { transportFor } from './modes.ts';

/** About 0.5 MB of memory. The oldest go first: a collector that is away for so long is not coming back for them. */
const maxQueued = 1_000;
/** Keeps a request below about 250 kB, and the one with the largest module tree below 600 kB. */
const maxBatch = 100;

/** Doubled each time while the collector is away. */
const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

const queue: InvocationRecord[] = [];
let retry: NodeJS.Timeout | undefined;
let retryMs = firstRetryMs;
let sending: Promise<void> | null = null;
let resource: Record<string, AttributeValue> | null = null;

const remove = (batch: readonly InvocationRecord[]): void => {
  const done = new Set(batch);
  // Newer records may have pushed the oldest out while we waited, so remove by identity and not by count.
  const kept = queue.filter((entry) => !done.has(entry));
  queue.splice(0, queue.length, ...kept);
};

const retryLater = (): void => {
  // Its thawed process would do so while a caller waits.
  if (platform().name === 'lambda') return;
  clearTimeout(retry);
  retry = setTimeout(send, retryMs).unref();
  retryMs = Math.min(2 * retryMs, maxRetryMs);
};

const sendBatches = async (): Promise<void> => {
  const transport = transportFor(process.env);
  while (queue.length > 0) {
    const batch = queue.slice(0, maxBatch);
    resource ??= resourceOf(process.env, batch[0]?.resource, await platform().lookUp?.(process.env));
    const outcome = await transport.send(resource, batch);
    if (outcome.state === 'later') {
      warnOnce('later', `spans not sent to ${transport.name}, and kept (${outcome.reason}).`);
      retryLater();
      return;
    }
    retryMs = firstRetryMs;
    if (outcome.state === 'refused') {
      warnOnce('refused', `spans refused by ${transport.name}, and dropped (${outcome.reason}).`);
    }
    remove(batch);
  }
};

/** Sends what is queued; one request at a time. Never rejects. */
export const send = (): Promise<void> => {
  sending ??= sendBatches()
    .catch((error: unknown) => {
      queue.length = 0;
      warnOnce('export', `export failed: ${error instanceof Error ? error.message : error}`);
    })
    .finally(() => {
      sending = null;
    });
  return sending;
};

/** Queues an invocation without sending it. */
export const enqueue = (record: InvocationRecord): void => {
  if (queue.length >= maxQueued) {
    queue.shift();
    warnOnce('full', `the collector has not taken spans for long; only the newest ${maxQueued} invocations are kept.`);
  }
  queue.push(record);
};
