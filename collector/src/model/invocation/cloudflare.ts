/**
 * What Cloudflare calls things, for all that it tells: trace events, tail items and its own OTLP export. It tells of no start of
 * an isolate in any of them.
 */
import type { Trigger } from '@coldlens/agent/vocabulary';
import { cut } from '../attributes.ts';

/** By handler, in the words of Logpush, of tail items and of the OTLP export. */
const triggers: ReadonlyMap<string, Trigger> = new Map([
  ['fetch', 'http'],
  ['http', 'http'],
  ['scheduled', 'timer'],
  ['cron', 'timer'],
  ['alarm', 'timer'],
  ['queue', 'pubsub'],
]);

/** Of the semantic conventions; `other` for what they have no word for: emails, calls from Worker to Worker, sockets, tails. */
export const triggerOf = (handler: string | null): Trigger | null =>
  handler === null ? null : (triggers.get(handler) ?? 'other');

/** What became of an invocation, in the words that Lambda has for it. */
export interface Ending {
  status: 'success' | 'error' | 'timeout' | 'failure';
  /** Null where it did not fail. */
  errorType: string | null;
}

/**
 * Outcomes that are no failure of the Worker: Cloudflare's own figures count a client that has gone as a success.
 * https://developers.cloudflare.com/workers/observability/metrics-and-analytics/#requests
 */
const successes: ReadonlySet<string> = new Set(['ok', 'canceled', 'responseStreamDisconnected', 'clientDisconnected']);
const statuses: ReadonlyMap<string, Ending['status']> = new Map([
  ['exception', 'error'],
  ['exceededCpu', 'timeout'],
  ['exceededWallTime', 'timeout'],
]);

/** @param exception the name of the first that nobody caught */
export const endingOf = (outcome: string | null, exception: string | null): Ending | null => {
  if (outcome === null || outcome === '' || outcome === 'unknown') return null;
  if (successes.has(outcome)) return { status: 'success', errorType: null };
  const status = statuses.get(outcome) ?? 'failure';
  return { status, errorType: status === 'error' ? (exception ?? outcome) : outcome };
};

/** What is known of who ran. */
export interface Ran {
  handler: string | null;
  /** A class or an object of the script, not its default export. */
  entrypoint: string | null;
  /** `stateless`, `stateful`, `durableObject`, `workflow`; null = not told. */
  model: string | null;
}

const isNamed = ({ entrypoint }: Ran): boolean => entrypoint !== null && entrypoint !== 'default';
const objectHandlers: ReadonlySet<string> = new Set(['alarm', 'hibernatable_web_socket', 'hibernatableWebSocket']);
const callHandlers: ReadonlySet<string> = new Set(['worker_rpc', 'rpc', 'jsrpc']);

/**
 * What it is billed as, for `cloud.platform`. Durable Objects are billed by their own list, and calls from Worker to Worker have
 * no fee a request: what is not certain to be a Worker's own request gets a name that has no price.
 * https://developers.cloudflare.com/workers/platform/pricing/
 */
export const platformOf = (ran: Ran): string => {
  const { handler, model } = ran;
  if (model === 'workflow') return 'cloudflare.workflows';
  const isObject = model === 'durableObject' || model === 'stateful' || objectHandlers.has(handler ?? '');
  if (isObject) return 'cloudflare.durable_objects';
  return isNamed(ran) || callHandlers.has(handler ?? '') ? 'cloudflare.workers.calls' : 'cloudflare.workers';
};

/** The script's default export, which the agent wraps. */
const isWorker = (ran: Ran): boolean => platformOf(ran) === 'cloudflare.workers';

/**
 * The id that the agent in the Worker gives its invocation too: of a request its ray, of a cron trigger its schedule. Null where
 * there is none that both could know. A Durable Object has the ray of the request that has called it, so there it is no id.
 */
export const sharedId = (
  ran: Ran,
  { rayId, cron, scheduledMs }: { rayId: string | null; cron: string | null; scheduledMs: number | null },
): string | null => {
  if (!isWorker(ran)) return null;
  if (triggerOf(ran.handler) === 'http') return rayId;
  return ran.handler === 'scheduled' && cron !== null && scheduledMs !== null ? cut(`${cron} ${scheduledMs}`) : null;
};
