/**
 * Requests of Application Insights: the table `AppRequests` of Log Analytics and of diagnostic settings, the table `requests` of
 * its own queries, and its continuous export. Every invocation is one, whatever its trigger.
 */
import { dateTimeNs } from '../../model/instant.ts';
import type { PartialInvocation } from '../../model/invocation/partial.ts';
import { arrayAt, at, exampleOf, isObject, nameAt, numberAt, textAt } from '../fields.ts';
import { processOf } from './apps.ts';
import { durationNsOf, ticksNs } from './durations.ts';
import { triggerOf } from './messages.ts';
import { first, firstText, type NotTold, propertiesOf, type Reading, regions, resourceIds, times } from './record.ts';

const names = ['OperationName', 'operation_Name', 'Name', 'name'] as const;
const roles = ['AppRoleName', 'cloud_RoleName'] as const;
const instances = ['AppRoleInstance', 'cloud_RoleInstance'] as const;
const durations = ['DurationMs', 'duration'] as const;
const successes = ['Success', 'success'] as const;
const codes = ['ResultCode', 'resultCode'] as const;
const urls = ['Url', 'url'] as const;
const counts = ['ItemCount', 'itemCount'] as const;

export const readRequest = (record: unknown, { apps, into }: Reading): NotTold => {
  const properties = propertiesOf(record);
  const invocationId = nameAt(properties, 'InvocationId');
  if (invocationId === undefined) {
    const isOurs = nameAt(properties, 'HostInstanceId') !== undefined;
    return [isOurs ? 'no invocation id' : 'not of the platform', exampleOf(record)];
  }
  const startedNs = dateTimeNs(first(record, times));
  if (startedNs === null) return ['wrong time', exampleOf(record)];
  const ownName = (textAt(properties, 'FullName') || firstText(record, names))?.replace(/^(Host\.)?Functions\./, '');
  const of =
    ownName &&
    apps.find(ownName, {
      resourceId: firstText(record, resourceIds),
      app: firstText(record, roles),
      region: firstText(record, regions),
      instanceId: firstText(record, instances),
    });
  if (!of) return ['no function', exampleOf(record)];
  const facts = factsOf(record, properties, startedNs);
  into.report(
    { of, functionName: of.functionName, invocationId, seenNs: startedNs, facts },
    `${String(first(record, times))} ${ownName}`,
  );
  return null;
};

const factsOf = (record: unknown, properties: unknown, startedNs: bigint): Partial<PartialInvocation> => {
  const isHttp = firstText(record, urls) !== undefined || textAt(properties, 'HttpMethod') !== undefined;
  return {
    platformStartedNs: startedNs,
    platformProcess: processOf(properties),
    // Of HTTP, the request's own duration also holds what the caller waited for the host.
    platformDurationNs:
      durationNsOf(at(properties, 'FunctionExecutionTimeMs')) ??
      (isHttp ? null : durationNsOf(first(record, durations))),
    platformStatus: statusOf(first(record, successes), first(record, codes)),
    trigger: isHttp ? 'http' : triggerOf(textAt(properties, 'TriggerReason')),
    weightPpm: weightOf(numberAt(record, counts[0]) ?? numberAt(record, counts[1])),
  };
};

/** What was answered with 4xx the function has done well, whatever Application Insights calls it. */
const statusOf = (success: unknown, code: unknown): string | null => {
  if (/^4\d\d$/.test(String(code))) return 'success';
  const told = String(success).toLowerCase();
  return told === 'true' || told === '1' ? 'success' : told === 'false' || told === '0' ? 'failure' : null;
};

const mostSampled = 1_000_000;

/** Application Insights samples, and says how many each one stands for. */
const weightOf = (count: number | undefined): bigint | null =>
  count !== undefined && count > 1 && count <= mostSampled ? BigInt(Math.round(count * 1_000_000)) : null;

/** `{"request":[...],"context":{...}}`, a line of a blob that Application Insights has exported. */
export const isExport = (value: unknown): boolean =>
  Array.isArray(at(value, 'request')) && isObject(at(value, 'context'));

/** With the names of the other forms. Dimensions come as objects of one member each. */
export const readExport = (value: unknown, reading: Reading): NotTold => {
  const context = at(value, 'context');
  const customDimensions: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const dimension of arrayAt(context, 'custom', 'dimensions')) {
    if (isObject(dimension)) for (const [name, told] of Object.entries(dimension)) customDimensions[name] = told;
  }
  const [request] = arrayAt(value, 'request');
  const durationNs = ticksNs(numberAt(request, 'durationMetric', 'value'));
  return readRequest(
    {
      ...{ timestamp: at(context, 'data', 'eventTime'), customDimensions },
      ...{ operation_Name: at(context, 'operation', 'name'), name: at(request, 'name'), url: at(request, 'url') },
      cloud_RoleName: firstText(at(context, 'cloud'), ['roleName']) ?? at(context, 'device', 'roleName'),
      cloud_RoleInstance: firstText(at(context, 'cloud'), ['roleInstance']) ?? at(context, 'device', 'roleInstance'),
      duration: durationNs === null ? undefined : Number(durationNs) / 1e6,
      ...{ success: at(request, 'success'), resultCode: at(request, 'responseCode'), itemCount: at(request, 'count') },
    },
    reading,
  );
};
