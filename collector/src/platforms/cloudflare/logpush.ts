/**
 * Logpush, dataset `workers_trace_events`: one line of JSON an invocation.
 * https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events/
 *
 *   A job sends the fields that it was told to, so each of them may be missing. Of its times it lets one choose the form.
 */
import { instantNs } from '../../model/instant.ts';
import { at, isObject } from '../fields.ts';
import { numberAt, textAt } from './fields.ts';
import type { Told } from './invocation.ts';

const fields: readonly string[] = ['ScriptName', 'EventTimestampMs', 'EventType', 'Outcome', 'CPUTimeMs', 'WallTimeMs'];

/** At least two of its fields, since other datasets of Logpush have some names in common. */
export const isTraceEvent = (value: unknown): boolean =>
  isObject(value) && fields.filter((field) => Object.hasOwn(value, field)).length >= 2;

/** By what its event holds, where the job leaves EventType out. */
const handlerOf = (record: unknown): string | null => {
  const named = textAt(record, 'EventType');
  if (named !== null) return named;
  const event = at(record, 'Event');
  if (at(event, 'RayID') !== undefined || at(event, 'Request') !== undefined) return 'fetch';
  if (at(event, 'Cron') !== undefined) return 'scheduled';
  return at(event, 'Queue') === undefined ? null : 'queue';
};

/** Header names come as they were sent. */
const rayIn = (headers: unknown): string | null => {
  if (!isObject(headers)) return null;
  const name = Object.keys(headers).find((one) => one.toLowerCase() === 'cf-ray');
  return name === undefined ? null : textAt(headers, name);
};

export const traceEvent = (record: unknown): Told => {
  const scheduledNs = instantNs(at(record, 'Event', 'ScheduledTimeMs') ?? at(record, 'Event', 'ScheduledTime'));
  return {
    scriptName: textAt(record, 'ScriptName'),
    version: textAt(record, 'ScriptVersion', 'ID') ?? textAt(record, 'ScriptVersion', 'id'),
    atNs: instantNs(at(record, 'EventTimestampMs')),
    handler: handlerOf(record),
    entrypoint: textAt(record, 'Entrypoint'),
    model: textAt(record, 'ExecutionModel'),
    rayId: textAt(record, 'Event', 'RayID') ?? rayIn(at(record, 'Event', 'Request', 'Headers')),
    cron: textAt(record, 'Event', 'Cron'),
    scheduledMs: scheduledNs === null ? null : Number(scheduledNs / 1_000_000n),
    ownId: null,
    outcome: textAt(record, 'Outcome'),
    exception: textAt(record, 'Exceptions', 0, 'Name') ?? textAt(record, 'Exceptions', 0, 'name'),
    cpuMs: numberAt(record, 'CPUTimeMs'),
    wallMs: numberAt(record, 'WallTimeMs'),
  };
};
