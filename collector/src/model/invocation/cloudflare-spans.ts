/**
 * Spans that Cloudflare itself exports. The root of an invocation has Cloudflare's words for handler and outcome; the others say
 * nothing of their invocation.
 * https://developers.cloudflare.com/workers/observability/traces/spans-and-attributes/
 */
import { attribute } from '@coldlens/agent/vocabulary';
import { number, text } from '../attributes.ts';
import { instantNs } from '../instant.ts';
import type { Attributes, DecodedSpan } from '../span.ts';
import { msToNs } from '../time.ts';
import { endingOf, platformOf, type Ran, sharedId, triggerOf } from './cloudflare.ts';
import type { PartialInvocation } from './partial.ts';

const name = {
  handler: 'cloudflare.handler_type',
  outcome: 'cloudflare.outcome',
  entrypoint: 'cloudflare.entrypoint',
  model: 'cloudflare.execution_model',
  ray: 'cloudflare.ray_id',
  scheduled: 'cloudflare.scheduled_time',
} as const;

/** The documented name, and that of the spans which really come. */
const cpuNames = ['cloudflare.cpu_time_ms', 'cpu_time_ms'] as const;
const wallNames = ['cloudflare.wall_time_ms', 'wall_time_ms'] as const;

export const isCloudflareRoot = ({ attributes }: DecodedSpan): boolean =>
  attributes.has(name.handler) || attributes.has(name.outcome);

const ranOf = (attributes: Attributes): Ran => ({
  handler: text([attributes], name.handler, attribute.trigger),
  entrypoint: text([attributes], name.entrypoint),
  model: text([attributes], name.model),
});

/** `own` is unique to the invocation, but nobody else knows it. */
export const cloudflareId = ({ attributes }: DecodedSpan, own: string | null): string | null => {
  const scheduled = attributes.get(name.scheduled);
  const scheduledNs = instantNs(typeof scheduled === 'bigint' ? String(scheduled) : scheduled);
  const shared = sharedId(ranOf(attributes), {
    rayId: text([attributes], name.ray),
    cron: text([attributes], 'faas.cron'),
    scheduledMs: scheduledNs === null ? null : Number(scheduledNs / 1_000_000n),
  });
  return shared ?? own;
};

const ms = (attributes: Attributes, names: readonly string[]): bigint | null => {
  for (const one of names) {
    const value = number([attributes], one);
    if (value !== null) return msToNs(value);
  }
  return null;
};

/** Microseconds, rounded up; Cloudflare counts whole milliseconds. */
export const cloudflareCpuUs = ({ attributes }: DecodedSpan): bigint | null => {
  const ns = ms(attributes, cpuNames);
  return ns === null ? null : (ns + 999n) / 1_000n;
};

/** Of a root; a span without these attributes tells nothing here. */
export const cloudflareFacts = (span: DecodedSpan): Partial<PartialInvocation> => {
  const { attributes } = span;
  const ran = ranOf(attributes);
  const ending = endingOf(text([attributes], name.outcome), text([attributes], attribute.errorType));
  return {
    trigger: triggerOf(ran.handler),
    platformDurationNs: ms(attributes, wallNames),
    platformStatus: ending?.status ?? null,
    platformErrorType: ending?.errorType ?? null,
    cloudPlatform: platformOf(ran),
  };
};
