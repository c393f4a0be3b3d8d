/**
 * The words that the agent writes into spans and the collector reads from them.
 *
 * Names follow the OpenTelemetry semantic conventions 1.45.0 where one exists, and `coldlens.*` where none does.
 */

/** Span and resource attribute names. */
export const attribute = {
  cloudAccountId: 'cloud.account.id',
  cloudPlatform: 'cloud.platform',
  cloudProvider: 'cloud.provider',
  cloudRegion: 'cloud.region',
  /** true when the caller had to wait for a new instance (kind of start `cold` or `restored`). */
  coldStart: 'faas.coldstart',
  errorType: 'error.type',
  functionName: 'faas.name',
  functionVersion: 'faas.version',
  hostArch: 'host.arch',
  instanceId: 'faas.instance',
  invocationId: 'faas.invocation.id',
  /** The name before semantic conventions 1.45.0; read, never written. */
  invocationIdOld: 'faas.invocation_id',
  /** Memory given to the function in bytes; whole MB of 1,048,576 bytes. */
  maxMemoryBytes: 'faas.max_memory',
  runtimeName: 'process.runtime.name',
  runtimeVersion: 'process.runtime.version',
  serviceName: 'service.name',
  trigger: 'faas.trigger',
  /** Which phase a span is: one of {@link PhaseName}; the root span of an invocation says `invocation`. */
  phase: 'coldlens.phase',
  /** One of {@link StartKind}. On the root span. */
  startKind: 'coldlens.start.kind',
  /** One of {@link Certainty}: how sure the agent is of the kind of start. On the root span. */
  startCertainty: 'coldlens.start.certainty',
  /** One of {@link Certainty}: how sure the agent is of this phase's limits. On phase spans. */
  phaseCertainty: 'coldlens.phase.certainty',
  /** The platform's own name of the runtime, such as `nodejs24.x`. Resource attribute. */
  platformRuntime: 'coldlens.runtime',
  /** `file.export` as the platform is configured, such as `index.handler`. Resource attribute. */
  handler: 'coldlens.handler',
  /** How the code was delivered: `zip` or `image`. Resource attribute. */
  codeSource: 'coldlens.code_source',
  /** Share of warm invocations that are sent, above 0 to 1; absent = 1. On the root span of sampled ones. */
  sampleRate: 'coldlens.sample_rate',
  /** Milliseconds that the agent itself took while the caller waited; they are in no phase. On the root span. */
  agentMs: 'coldlens.agent_ms',
  /** Milliseconds between a finished init and the first call that nobody waited for. On the root span. */
  idleMs: 'coldlens.idle_ms',
} as const;

/** The caller waited for the init; it did not; nobody had asked yet; SnapStart. */
export type StartKind = 'cold' | 'warm' | 'prewarmed' | 'restored';

export type Certainty = 'certain' | 'inferred';

/** Value of {@link attribute.phase}. */
export type PhaseName = 'invocation' | 'runtime_start' | 'init' | 'execution';

/** Names of the phase spans. The root span is named after the function. */
export const phaseSpanName: Readonly<Record<Exclude<PhaseName, 'invocation'>, string>> = {
  runtime_start: 'runtime start',
  init: 'init',
  execution: 'execution',
};
