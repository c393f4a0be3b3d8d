/**
 * The host's log: diagnostic category FunctionAppLogs, the same as a table of Log Analytics, the traces of Application
 * Insights, and plain lines. Every message that tells of an invocation or of a start becomes a report by itself.
 */
import { dateTimeNs } from '../../model/instant.ts';
import type { PartialInvocation } from '../../model/invocation/partial.ts';
import { exampleOf, nameAt } from '../fields.ts';
import { type NamedFunction, processOf, type Source } from './apps.ts';
import { type HostMessage, hostMessage } from './messages.ts';
import { first, firstText, type NotTold, propertiesOf, type Reading, regions, resourceIds, times } from './record.ts';

/** One message, wherever it was found. */
interface Logged {
  readonly message: string;
  readonly atNs: bigint | null;
  readonly source: Source;
  readonly process: string | null;
  readonly errorType?: string | undefined;
}

const messages = ['message', 'Message'] as const;
const apps = ['appName', 'AppName'] as const;
const roles = ['cloud_RoleName', 'AppRoleName'] as const;
const instances = ['roleInstance', 'RoleInstance', 'cloud_RoleInstance', 'AppRoleInstance'] as const;
const errorTypes = ['exceptionType', 'ExceptionType'] as const;

export const readLog = (record: unknown, reading: Reading): NotTold => {
  const properties = propertiesOf(record);
  const message = firstText(properties, messages) ?? firstText(record, messages);
  if (message === undefined) return ['unknown shape', exampleOf(record)];
  return readMessage(
    {
      message,
      atNs: dateTimeNs(first(record, times)),
      source: {
        resourceId: firstText(record, resourceIds),
        app: firstText(properties, apps) ?? firstText(record, roles),
        region: firstText(record, regions),
        instanceId: firstText(properties, instances) ?? firstText(record, instances),
      },
      process: processOf(properties),
      errorType: nameAt(properties, errorTypes[0]) ?? nameAt(properties, errorTypes[1]),
    },
    reading,
  );
};

/** `2026-08-07T03:55:10.875 [Information] message` of the log stream, `[2026-08-07T03:55:10.875Z] message` of the tools. */
const hostLine = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?)\]?\s{1,8}(?:\[\w{1,16}\]\s{1,8})?(\S.*)$/s;

export const isHostLine = (line: string): boolean => {
  const message = hostLine.exec(line.slice(0, 4_096))?.[2];
  return message !== undefined && hostMessage(message).tells !== 'nothing';
};

export const readHostLine = (line: string, reading: Reading): NotTold => {
  const [, time, message] = hostLine.exec(line) ?? [];
  if (message === undefined) return ['not of the platform', line];
  return readMessage({ message: message.trimEnd(), atNs: dateTimeNs(time), source: {}, process: null }, reading);
};

const readMessage = (logged: Logged, reading: Reading): NotTold => {
  const told = hostMessage(logged.message);
  if (told.tells === 'nothing') return ['not of the platform', logged.message];
  if (told.tells === 'cut off') return ['cut off', logged.message];
  if (logged.atNs === null) return ['wrong time', logged.message];
  const ownName = 'functionName' in told ? told.functionName : undefined;
  const of = reading.apps.find(ownName, logged.source);
  if (of === undefined) return ['no function', logged.message];
  return 'id' in told ? report(told, of, logged, logged.atNs, reading) : start(told, of, logged, logged.atNs, reading);
};

type Invocations = Extract<HostMessage, { id: string }>;
type Starts = Exclude<HostMessage, Invocations | { tells: 'nothing' | 'cut off' }>;

const report = (told: Invocations, of: NamedFunction, logged: Logged, atNs: bigint, { into }: Reading): NotTold => {
  const durationNs = told.tells === 'executed' ? told.durationNs : null;
  const startedNs = told.tells === 'executing' ? atNs : durationNs === null ? null : atNs - durationNs;
  const facts: Partial<PartialInvocation> = {
    platformProcess: logged.process,
    platformStartedNs: startedNs,
    ...(told.tells === 'executing' && { trigger: told.trigger }),
    ...(told.tells === 'executed' && { platformStatus: told.status, platformDurationNs: durationNs }),
    ...(told.tells === 'executed' && told.status === 'failure' && { platformErrorType: logged.errorType ?? null }),
    ...(told.tells === 'timeout' && { platformStatus: 'timeout' }),
  };
  const { functionName } = of;
  into.report({ of, functionName, invocationId: told.id, seenNs: startedNs ?? atNs, facts }, logged.message);
  return null;
};

/** Of the app's host: which invocation waited for it is found later, by the process. */
const start = (told: Starts, of: NamedFunction, logged: Logged, atNs: bigint, { into }: Reading): NotTold => {
  const { process, message } = logged;
  if (process === null) return ['no invocation id', message];
  const about = { of, functionName: of.functionName, instanceId: process, isAhead: false };
  const moment =
    told.tells === 'ready'
      ? { moment: 'ready' as const, startedNs: atNs, initNs: told.startNs }
      : { moment: 'init' as const, startedNs: atNs - told.functionNs - told.waitNs, initNs: told.waitNs };
  into.start({ ...about, ...moment }, message);
  return null;
};
