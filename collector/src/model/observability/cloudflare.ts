/** What can be known on Cloudflare Workers. */
import { inferred, measured, notObservable, type ObservedPlatform, ofOtherSender, type Source } from './cell.ts';

const agent: Source = {
  id: 'agent',
  title: 'agent in the Worker',
  by: 'agent',
  cells: {
    platform: notObservable('Workers show nothing before their own code'),
    runtimeStart: notObservable('clocks stand still while a Worker starts'),
    init: notObservable(
      'clocks stand still at module scope; what the upload of a version took, `startup_time_ms`, is kept apart',
    ),
    modules: notObservable('clocks stand still at module scope'),
    idle: notObservable('clocks stand still while a Worker starts'),
    execution: inferred(
      'clocks move with I/O only: what they show is the least that it took, and standing still is `-`',
    ),
    restore: notObservable('there are no snapshots'),
    reportedInit: notObservable('the platform tells a Worker nothing of its start'),
    startKind: inferred(
      'the first call of an isolate was the cold one; it may have been made during the TLS handshake',
    ),
    billed: notObservable('CPU time is billed, which a Worker cannot see'),
    cost: notObservable('CPU time is billed, which a Worker cannot see'),
    memoryUsed: notObservable('no isolate tells it'),
    errors: measured('what the handler threw'),
    timeouts: notObservable('the isolate ends before it can tell'),
  },
};

const traceEvents: Source = {
  id: 'trace events',
  title: 'Logpush, Tail Worker',
  by: 'platform',
  cells: {
    platform: notObservable('trace events have no sign of a start'),
    runtimeStart: notObservable('trace events have no sign of a start'),
    init: notObservable('trace events have no sign of a start'),
    modules: notObservable('nobody watches modules load in a Worker'),
    idle: notObservable('trace events have no sign of a start'),
    execution: measured('wall time'),
    restore: notObservable('there are no snapshots'),
    reportedInit: notObservable('trace events have no sign of a start'),
    startKind: notObservable('trace events have no sign of a start; calls count as invocations of no known kind'),
    billed: measured('CPU time'),
    cost: measured('CPU time and the request, on the Standard plan; of Durable Objects and calls between Workers none'),
    memoryUsed: notObservable('trace events tell only that it was exceeded'),
    errors: measured('the outcome'),
    timeouts: measured('the outcome: `exceededCpu`, `exceededWallTime`'),
  },
};

const workersOtlp: Source = {
  id: 'workers otlp',
  title: "Workers' own OTLP export",
  by: 'platform',
  cells: {
    ...traceEvents.cells,
    platform: notObservable('its spans have no sign of a start'),
    runtimeStart: notObservable('its spans have no sign of a start'),
    init: notObservable('its spans have no sign of a start'),
    idle: notObservable('its spans have no sign of a start'),
    execution: measured('wall time, else the duration of the root span'),
    reportedInit: notObservable('its spans have no sign of a start'),
    startKind: notObservable('its spans have no sign of a start; calls count as invocations of no known kind'),
    billed: measured('`cloudflare.cpu_time_ms`'),
    memoryUsed: notObservable('its spans do not tell it'),
    errors: measured('the outcome'),
    timeouts: measured('the outcome: `exceededCpu`, `exceededWallTime`'),
  },
};

const otlp: Source = {
  id: 'otlp',
  title: 'another OTLP sender',
  by: 'other',
  cells: {
    ...ofOtherSender,
    execution: measured('clocks move with I/O only: what they show is the least that it took'),
    billed: notObservable('CPU time is billed, which a Worker cannot see'),
    cost: notObservable('CPU time is billed, which a Worker cannot see'),
  },
};

export const workers: ObservedPlatform = {
  title: 'Cloudflare Workers',
  provider: 'cloudflare',
  choose:
    'Cloudflare tells of no cold start: the agent infers it, Logpush, the Tail Worker or the OTLP export tell CPU time, which is what is billed. Both together tell most. [Set-up](sources/cloudflare.md)',
  sources: [agent, traceEvents, workersOtlp, otlp],
};
