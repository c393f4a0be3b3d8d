/** Entries of Cloud Logging, one by one: which log each is of, and what it tells of an invocation or of an instance. */

import { dateTimeNs } from '../../model/instant.ts';
import type { Telling } from '../../model/telling.ts';
import type { UnknownReason } from '../../model/unknown-records.ts';
import { at, nameAt } from '../fields.ts';
import type { Place, RecordReader } from '../format.ts';
import { readAgentLine } from './agent-line.ts';
import { momentOf, requestFacts, requestId } from './cloud-run.ts';
import { Functions, logIdOf, type NamedFunction } from './entry.ts';
import { executionFacts } from './first-generation.ts';
import { type Message, messageOf } from './pubsub.ts';

/** An entry of one of the logs below, with what all of them have. */
interface Entry {
  readonly entry: unknown;
  readonly of: NamedFunction;
  readonly atNs: bigint;
  readonly text: string;
}

/** Tells what the entry says, or why it says nothing. */
type Read = (entry: Entry, into: Telling) => UnknownReason | null;

const execution: Read = ({ entry, of, atNs, text }, into) => {
  const facts = executionFacts(text, atNs);
  if (facts === null) return 'not of the platform';
  const invocationId = nameAt(entry, 'labels', 'execution_id');
  if (invocationId === undefined) return 'no invocation id';
  into.report({ of, functionName: of.functionName, invocationId, seenNs: atNs, facts }, text);
  return null;
};

const request: Read = ({ entry, of, atNs, text }, into) => {
  // Refused at the door, or given up because no instance was free: no function ran.
  if (of.told.instanceId === null) return 'no invocation';
  const invocationId = requestId(entry);
  if (invocationId === undefined) return 'no invocation id';
  const facts = requestFacts(entry, atNs);
  into.report({ of, functionName: of.functionName, invocationId, seenNs: atNs, facts }, text);
  return null;
};

const system: Read = ({ of, atNs, text }, into) => {
  const moment = momentOf(text);
  const { instanceId } = of.told;
  if (moment === null || instanceId === null) return 'no invocation';
  into.start({ of, functionName: of.functionName, instanceId, ...moment, startedNs: atNs, initNs: 0n }, text);
  return null;
};

const logs = new Map<string, { readonly generation: 'cloud_function' | 'cloud_run_revision'; readonly read: Read }>([
  ['cloudfunctions.googleapis.com/cloud-functions', { generation: 'cloud_function', read: execution }],
  ['run.googleapis.com/requests', { generation: 'cloud_run_revision', read: request }],
  ['run.googleapis.com/varlog/system', { generation: 'cloud_run_revision', read: system }],
]);

/** By its shape; of whatever product. */
export const isEntry = (value: unknown): boolean =>
  nameAt(value, 'logName')?.includes('/logs/') === true && typeof at(value, 'resource', 'type') === 'string';

/** Enough of it to be recognised by a person. */
const exampleOf = (entry: unknown): string =>
  nameAt(entry, 'textPayload') ?? nameAt(entry, 'httpRequest', 'requestUrl') ?? nameAt(entry, 'logName') ?? '';

const read = (entry: unknown, functions: Functions, into: Telling): UnknownReason | null => {
  if (!isEntry(entry)) return 'unknown shape';
  if (readAgentLine(entry, into)) return null;
  const log = logs.get(logIdOf(entry));
  if (log === undefined || at(entry, 'resource', 'type') !== log.generation) return 'not of the platform';
  const of = functions.of(entry, log.generation);
  if (of === null) return 'no function';
  const atNs = dateTimeNs(at(entry, 'timestamp'));
  if (atNs === null) return 'wrong time';
  return log.read({ entry, of, atNs, text: nameAt(entry, 'textPayload') ?? '' }, into);
};

const mostNested = 4;

/** Entries by themselves, in arrays as `gcloud logging read --format json` prints them, or in messages of Pub/Sub. */
export const cloudLoggingReader = (place: Place, into: Telling): RecordReader => {
  const functions = new Functions(place);
  const take = (value: unknown, depth: number): void => {
    if (Array.isArray(value) && depth < mostNested) {
      for (const one of value) take(one, depth + 1);
      return;
    }
    const message: Message | null = depth < mostNested ? messageOf(value) : null;
    if (message?.state === 'read') {
      take(message.value, depth + 1);
      return;
    }
    into.records += 1;
    const reason = message === null ? read(value, functions, into) : message.reason;
    if (reason !== null) into.notKnown(reason, message?.example ?? exampleOf(value));
  };
  return {
    record: (value) => take(value, 0),
    line: (line) => {
      into.records += 1;
      into.notKnown('not of the platform', line);
    },
  };
};
