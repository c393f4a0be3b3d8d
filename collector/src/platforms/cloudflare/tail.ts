/**
 * What a Tail Worker is given of each invocation: from ours (forward/cloudflare/tail-worker.js), which sends what is needed of
 * it, or as it is, from another one or from `wrangler tail --format json`.
 * https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/
 */
import { instantNs } from '../../model/instant.ts';
import { at, isObject } from '../fields.ts';
import { numberAt, textAt } from './fields.ts';
import type { Told } from './invocation.ts';

export const isTailItem = (value: unknown): boolean =>
  isObject(value) && ['outcome', 'eventTimestamp', 'event'].every((name) => Object.hasOwn(value, name));

/** An item does not say what its event was; each kind has members of its own. In this order: alarms have one of crons'. */
const handlers: readonly (readonly [member: string, handler: string])[] = [
  ['request', 'fetch'],
  ['cron', 'scheduled'],
  ['queue', 'queue'],
  ['mailFrom', 'email'],
  ['rpcMethod', 'rpc'],
  ['getWebSocketEvent', 'hibernatableWebSocket'],
  ['scheduledTime', 'alarm'],
  ['consumedEvents', 'tail'],
];

const handlerOf = (event: unknown): string | null =>
  handlers.find(([member]) => at(event, member) !== undefined)?.[1] ?? null;

export const tailItem = (item: unknown): Told => {
  const event = at(item, 'event');
  const scheduledNs = instantNs(at(event, 'scheduledTime'));
  return {
    scriptName: textAt(item, 'scriptName'),
    version: textAt(item, 'scriptVersion', 'id'),
    atNs: instantNs(at(item, 'eventTimestamp')),
    handler: handlerOf(event),
    entrypoint: textAt(item, 'entrypoint'),
    model: textAt(item, 'executionModel'),
    rayId: textAt(event, 'request', 'headers', 'cf-ray'),
    cron: textAt(event, 'cron'),
    scheduledMs: scheduledNs === null ? null : Number(scheduledNs / 1_000_000n),
    ownId: textAt(item, 'coldlensId'),
    outcome: textAt(item, 'outcome'),
    exception: textAt(item, 'exceptions', 0, 'name'),
    cpuMs: numberAt(item, 'cpuTime'),
    wallMs: numberAt(item, 'wallTime'),
  };
};
