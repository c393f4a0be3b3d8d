/** What can be known on AWS Lambda. */
import { inferred, measured, notObservable, type ObservedPlatform, ofOtherSender, type Source } from './cell.ts';

const agent: Source = {
  id: 'agent',
  title: 'agent in the function (Node)',
  by: 'agent',
  cells: {
    platform: notObservable('allocation, download and extensions come before the process; add the logs or the layer'),
    runtimeStart: measured(
      "of ES modules its end is inferred from Node's own bootstrap, unless `register` is preloaded",
    ),
    init: measured("of ES modules its begin is inferred from Node's own bootstrap, unless `register` is preloaded"),
    modules: measured('with `--import @coldlens/agent/register`; without it the tree says how to see it'),
    idle: measured('of prewarmed instances'),
    execution: measured(),
    restore: notObservable("a snapshot's clocks do not show when it was thawed"),
    reportedInit: notObservable("the platform's own figure is in its telemetry only"),
    startKind: measured(
      'by `AWS_LAMBDA_INITIALIZATION_TYPE`; on demand inferred where the first call came late: cold up to 10 s, prewarmed beyond',
    ),
    billed: inferred("Lambda's rule on the agent's own times: init and handler, rounded up to a millisecond"),
    cost: inferred('what is billed, by memory size, architecture and region'),
    memoryUsed: notObservable('the agent does not look: Lambda counts the whole instance'),
    errors: measured('what the handler threw; a process that dies tells nothing'),
    timeouts: inferred('the call was still running 100 ms before its deadline'),
  },
};

/** The layer's extension tells by the Telemetry API what the logs tell, so with an agent both come to the same. */
const layer: Source = {
  id: 'layer',
  title: 'agent with the layer or logs (Node)',
  by: 'both',
  cells: {
    ...agent.cells,
    platform: measured('reported init - runtime start - init'),
    restore: measured(),
    reportedInit: measured(),
    startKind: measured(
      "Init and Restore Duration; whether an init on demand was made ahead of its call, the agent's rule says",
    ),
    billed: measured('Billed Duration, init and restore included'),
    cost: measured('what is billed, by memory size, architecture and region'),
    memoryUsed: measured('Max Memory Used of the instance so far'),
    errors: measured('crashes too'),
    timeouts: measured(),
  },
};

const logs: Source = {
  id: 'logs',
  title: 'CloudWatch logs (any language)',
  by: 'platform',
  cells: {
    platform: notObservable('inside Init Duration, one figure; with the agent beside it the difference is known'),
    runtimeStart: notObservable('inside Init Duration, one figure'),
    init: notObservable('inside Init Duration, one figure'),
    modules: notObservable('only our agent watches modules load'),
    idle: notObservable('lines tell when an init began, and of its caller only that it came much later'),
    execution: measured("Duration, the runtime's overhead included"),
    restore: measured('Restore Duration'),
    reportedInit: measured('Init Duration'),
    startKind: measured(
      'Init and Restore Duration, neither is warm; an init that ended over 10 s before its call is inferred: prewarmed',
    ),
    billed: measured('Billed Duration, init and restore included'),
    cost: inferred(
      'what is billed, by memory size and region; as x86_64, for no line tells the architecture, unless an agent does',
    ),
    memoryUsed: measured('Max Memory Used of the instance so far'),
    errors: measured('`Status`, and lines of processes that exited; what a handler threw only in the JSON format'),
    timeouts: measured(),
  },
};

const otlp: Source = {
  id: 'otlp',
  title: 'another OTLP sender',
  by: 'other',
  cells: {
    ...ofOtherSender,
    startKind: inferred(
      "`faas.coldstart`, else the OpenTelemetry layer's span `init` right before; prewarmed is not told apart",
    ),
    init: inferred("the OpenTelemetry layer's span `init`, joined to the cold call within 10 s of its end"),
  },
};

export const lambda: ObservedPlatform = {
  title: 'AWS Lambda',
  provider: 'aws',
  choose:
    "Node, and you may change the function: the agent or the layer, for the module tree. Any other language, or functions that you cannot touch: CloudWatch logs through Firehose; nothing is installed in the function. Both together tell the platform's part as well. [Set-up](sources/aws.md)",
  sources: [agent, layer, logs, otlp],
};
