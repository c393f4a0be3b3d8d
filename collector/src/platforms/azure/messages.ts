/**
 * What the Functions host writes about invocations and about its own start. Diagnostic logs from Linux have lost their
 * apostrophes (see single-quotes.ts), so names stand with and without.
 * https://github.com/Azure/azure-webjobs-sdk (FunctionExecutor), https://github.com/Azure/azure-functions-host (FunctionExecutionFeature)
 */
import type { Trigger } from '@coldlens/agent/vocabulary';
import { named, numberAt, parsed } from '../fields.ts';
import { durationNsOf } from './durations.ts';

export type HostMessage =
  | {
      readonly tells: 'executing';
      readonly functionName: string;
      readonly id: string;
      readonly trigger: Trigger | null;
    }
  | {
      readonly tells: 'executed';
      readonly functionName: string;
      readonly id: string;
      readonly status: 'success' | 'failure';
      /** Not told by early versions. */
      readonly durationNs: bigint | null;
    }
  | { readonly tells: 'timeout'; readonly functionName: string; readonly id: string }
  /** The host got ready, and how long that took. */
  | { readonly tells: 'ready'; readonly startNs: bigint }
  /** The caller of an HTTP function waited so long for the dispatch; the function then ran so long. */
  | { readonly tells: 'cold start'; readonly waitNs: bigint; readonly functionNs: bigint }
  | { readonly tells: 'cut off' }
  | { readonly tells: 'nothing' };

const name = String.raw`'?(?:Host\.)?(?:Functions\.)?([^'()\n]{1,512}?)'?`;
const id = `Id[=:] ?'?([0-9A-Za-z-]{1,128})'?`;

const executing = new RegExp(String.raw`^Executing ${name} \(Reason='?(.{0,2000}?)'?, ${id}\)`, 's');
const executed = new RegExp(String.raw`^Executed ${name} \((\w{1,32}), ${id}(?:, Duration=(\d{1,12})ms)?\)`);
const timeout = new RegExp(
  String.raw`^Timeout value of [\d:.]{1,32} (?:was )?exceeded by function:? ${name} \(${id}\)`,
);
const ready = /^Host started \((\d{1,12})ms\)/;
const isBegun = /^Execut(?:ing|ed) '?(?:Host\.)?Functions\.|^Execut(?:ing|ed) '/;

/** Reasons that the host gives, and what they say of the trigger. */
const reasons: readonly (readonly [begins: RegExp, trigger: Trigger])[] = [
  [/^This function was programmatically called via the host APIs/, 'http'],
  [/^Timer fired/, 'timer'],
  [/^New queue message|^New ServiceBus message|^\(?New message/i, 'pubsub'],
  [/^New blob|^New changes? on/, 'datasource'],
];

export const triggerOf = (reason: string | undefined): Trigger | null =>
  reason === undefined ? null : (reasons.find(([begins]) => begins.test(reason))?.[1] ?? null);

/** Longer ones are the function's own. */
const longest = 4_096;
const nothing = { tells: 'nothing' } as const;

const coldStart = (message: string): HostMessage => {
  const told = parsed(message);
  const waitNs = durationNsOf(numberAt(told, 'dispatchDuration'));
  const functionNs = durationNsOf(numberAt(told, 'functionDuration'));
  return waitNs === null || functionNs === null ? nothing : { tells: 'cold start', waitNs, functionNs };
};

const readers: readonly (readonly [begins: string, read: (message: string) => HostMessage | null])[] = [
  [
    'Executing ',
    (message) => {
      const [, functionName, reason, invocation] = executing.exec(message) ?? [];
      if (functionName === undefined || invocation === undefined) return null;
      return { tells: 'executing', functionName: named(functionName), id: invocation, trigger: triggerOf(reason) };
    },
  ],
  [
    'Executed ',
    (message) => {
      const [, functionName, outcome, invocation, ms] = executed.exec(message) ?? [];
      if (functionName === undefined || invocation === undefined) return null;
      const status = outcome === 'Succeeded' ? 'success' : 'failure';
      return {
        tells: 'executed',
        functionName: named(functionName),
        id: invocation,
        status,
        durationNs: durationNsOf(ms),
      };
    },
  ],
  [
    'Timeout value of ',
    (message) => {
      const [, functionName, invocation] = timeout.exec(message) ?? [];
      if (functionName === undefined || invocation === undefined) return nothing;
      return { tells: 'timeout', functionName: named(functionName), id: invocation };
    },
  ],
  [
    'Host started (',
    (message) => {
      const startNs = durationNsOf(ready.exec(message)?.[1]);
      return startNs === null ? nothing : { tells: 'ready', startNs };
    },
  ],
  ['{"requestId"', coldStart],
];

export const hostMessage = (message: string): HostMessage => {
  const read = readers.find(([begins]) => message.startsWith(begins))?.[1];
  if (read === undefined) return nothing;
  const told = read(message.length > longest ? message.slice(0, longest) : message);
  return told ?? (isBegun.test(message) && message.length <= longest ? { tells: 'cut off' } : nothing);
};
