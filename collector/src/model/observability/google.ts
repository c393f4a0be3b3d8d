/** What can be known on Google Cloud Functions (1st gen) and Cloud Run functions. */
import { inferred, measured, notObservable, type ObservedPlatform, ofOtherSender, type Source } from './cell.ts';

const firstGenBilled = inferred('duration, rounded up to 100 ms');
const cloudRunBilled = inferred('the active time of the instance, rounded up to 100 ms, shared by who was on it');
const costByEnvironment = inferred(
  'what is billed, by the memory size, where the environment tells it, and the CPU that goes with it',
);
const costByLabel = inferred(
  'what is billed, by the memory size in the label `coldlens-memory-mb` and the CPU that goes with it',
);
const costBySender = inferred(
  'what is billed, by the memory size, where the sender tells it, and the CPU that goes with it',
);

const agentOn = (billed: Source['cells']['billed']): Source => ({
  id: 'agent',
  title: 'agent in the function (Node)',
  by: 'agent',
  cells: {
    platform: notObservable('allocation and image download come before the process'),
    runtimeStart: measured(
      "of ES modules its end is inferred from Node's own bootstrap, unless `register` is preloaded",
    ),
    init: measured("of ES modules its begin is inferred from Node's own bootstrap, unless `register` is preloaded"),
    modules: measured('with `--import @coldlens/agent/register`; without it the tree says how to see it'),
    idle: measured('of prewarmed instances'),
    execution: measured(),
    restore: notObservable('there are no snapshots'),
    reportedInit: notObservable('the platform tells a function nothing of its start'),
    startKind: inferred('the first call of an instance is cold up to 10 s after init, prewarmed beyond'),
    billed,
    cost: costByEnvironment,
    memoryUsed: notObservable('the agent does not look'),
    errors: measured('what the handler threw; a process that dies tells nothing'),
    timeouts: inferred('the call was still running 100 ms before its deadline, where the environment tells that'),
  },
});

const firstGenLogs: Source = {
  id: 'logs',
  title: 'Cloud Logging (any language)',
  by: 'platform',
  cells: {
    platform: notObservable('no entry tells that an instance starts'),
    runtimeStart: notObservable('no entry tells that an instance starts'),
    init: notObservable('no entry tells that an instance starts'),
    modules: notObservable('only our agent watches modules load'),
    idle: notObservable('no entry tells that an instance starts'),
    execution: measured('`Function execution took`'),
    restore: notObservable('there are no snapshots'),
    reportedInit: notObservable('no entry tells that an instance starts'),
    startKind: notObservable('no entry tells that an instance starts; only of one whose load failed it is known'),
    billed: firstGenBilled,
    cost: costByLabel,
    memoryUsed: notObservable('it is in Cloud Monitoring only, not by invocation'),
    errors: measured('`finished with status`'),
    timeouts: measured('`finished with status`, `timeout`'),
  },
};

const cloudRunLogs: Source = {
  id: 'logs',
  title: 'Cloud Logging (any language)',
  by: 'platform',
  cells: {
    platform: notObservable('inside the time from `Starting new instance` to the probe, one figure'),
    runtimeStart: notObservable('inside the time from `Starting new instance` to the probe, one figure'),
    init: notObservable('inside the time from `Starting new instance` to the probe, one figure'),
    modules: notObservable('only our agent watches modules load'),
    idle: notObservable('entries tell when an instance was ready, and of its first request only the kind of start'),
    execution: measured(
      'latency of the request; of a cold one the wait for its instance is taken off where it was told',
    ),
    restore: notObservable('there are no snapshots'),
    reportedInit: inferred(
      'from `Starting new instance` to the startup probe, of the first request that was there by then',
    ),
    startKind: inferred(
      "of an instance's first request: cold where it was there before the probe succeeded, prewarmed where nobody asked for the instance",
    ),
    billed: cloudRunBilled,
    cost: costByLabel,
    memoryUsed: notObservable('it is in Cloud Monitoring only, not by invocation'),
    errors: measured('status 500 and above'),
    timeouts: measured('the line that says that the request timeout was reached'),
  },
};

const otlpOn = (billed: Source['cells']['billed']): Source => ({
  id: 'otlp',
  title: 'another OTLP sender',
  by: 'other',
  cells: { ...ofOtherSender, billed, cost: costBySender },
});

export const firstGen: ObservedPlatform = {
  title: 'Google Cloud Functions (1st gen)',
  provider: 'gcp',
  choose:
    'Node: the agent, for the logs of the 1st gen do not tell of starts. Any other language: Cloud Logging for durations and errors, another OTLP sender for cold starts. [Set-up](sources/google.md)',
  sources: [agentOn(firstGenBilled), firstGenLogs, otlpOn(firstGenBilled)],
};

export const cloudRun: ObservedPlatform = {
  title: 'Cloud Run functions',
  provider: 'gcp',
  choose:
    'Node: the agent, for the inside of the init. Any other language: Cloud Logging, whose entries of starts are paired with the requests that waited. Both together tell both. [Set-up](sources/google.md)',
  sources: [agentOn(cloudRunBilled), cloudRunLogs, otlpOn(cloudRunBilled)],
};
