/** What can be known on Azure Functions. */
import { inferred, measured, notObservable, type ObservedPlatform, ofOtherSender, type Source } from './cell.ts';

const billed = inferred(
  'Flex: the active time of the instance, shared by who was on it; Consumption: duration and memory used',
);
const cost = inferred(
  'Flex: what is billed, by the instance memory; Consumption needs the memory used, plans are paid by the instance',
);

const agent: Source = {
  id: 'agent',
  title: 'agent in the function (Node)',
  by: 'agent',
  cells: {
    platform: notObservable('allocation and host start come before the worker, and the host keeps them to itself'),
    runtimeStart: measured(
      'not where the worker was a placeholder before: then its start says nothing of this instance',
    ),
    init: measured("from the agent's own entry on: what the app loads before it is not seen"),
    modules: measured('with `--import @coldlens/agent/register`; without it the tree says how to see it'),
    idle: measured('of prewarmed instances'),
    execution: measured(),
    restore: notObservable('there are no snapshots'),
    reportedInit: notObservable("the host's figures are in its logs only"),
    startKind: measured(
      'by `X-MS-COLDSTART` (HTTP) and always ready; else inferred: cold up to 10 s after init, prewarmed beyond',
    ),
    billed,
    cost,
    memoryUsed: notObservable('the agent does not look'),
    errors: measured('what the handler threw; a process that dies tells nothing'),
    timeouts: notObservable('the worker is not told its deadline'),
  },
};

const appLogs: Source = {
  id: 'app logs',
  title: 'FunctionAppLogs (any language)',
  by: 'platform',
  cells: {
    platform: notObservable("the host's log does not time it"),
    runtimeStart: notObservable("the host's log does not time the worker's start"),
    init: notObservable("the host's log does not time the app's load"),
    modules: notObservable('only our agent watches modules load'),
    idle: notObservable("the host's log does not tell it"),
    execution: measured('Duration of `Executed`'),
    restore: notObservable('there are no snapshots'),
    reportedInit: inferred(
      "`Host started`, or the wait in the host's `ColdStart` event, of the call taken for the cold one",
    ),
    startKind: inferred(
      'the first call of a host process is cold, prewarmed where the host was ready 10 s before; certain by a `ColdStart` event',
    ),
    billed: notObservable('records do not tell the plan; with an agent beside, it follows'),
    cost: notObservable('records tell neither the plan nor the memory; with an agent beside, it follows'),
    memoryUsed: notObservable('no line tells it'),
    errors: measured('`Failed`'),
    timeouts: measured('`Timeout value ... exceeded`'),
  },
};

const requests: Source = {
  id: 'requests',
  title: 'Application Insights requests (any language)',
  by: 'platform',
  cells: {
    ...appLogs.cells,
    reportedInit: notObservable('requests do not time what a call waited for'),
    startKind: inferred('the first call that a host process served is the cold one'),
    platform: notObservable('requests are timed from the host on'),
    execution: measured('`FunctionExecutionTimeMs`; of other triggers than HTTP else the duration of the request'),
    errors: measured('`success`; what was answered with 4xx is none'),
    timeouts: notObservable('a timeout is a failure like any other'),
  },
};

const otlp: Source = {
  id: 'otlp',
  title: 'another OTLP sender',
  by: 'other',
  cells: { ...ofOtherSender, billed, cost },
};

export const azure: ObservedPlatform = {
  title: 'Azure Functions',
  provider: 'azure',
  choose:
    'Node: the agent, which alone sees the init. Any other language: FunctionAppLogs, which tell when a host was ready, or Application Insights requests; which calls were cold is inferred. Both together tell both. [Set-up](sources/azure.md)',
  sources: [agent, appLogs, requests, otlp],
};
