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
  /** On AWS the function's ARN without version or alias. Resource attribute. */
  resourceId: 'cloud.resource_id',
  /** true when the caller had to wait for a new instance (kind of start `cold` or `restored`). */
  coldStart: 'faas.coldstart',
  errorType: 'error.type',
  functionName: 'faas.name',
  functionVersion: 'faas.version',
  hostArch: 'host.arch',
  instanceId: 'faas.instance',
  /** On AWS the ARN that the caller named. On the root span. */
  invokedArn: 'aws.lambda.invoked_arn',
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
  /** What it is billed as, in the provider's word: `FlexConsumption`, `provisioned-concurrency`. Resource attribute. */
  sku: 'coldlens.sku',
  /** Share of warm invocations that are sent, above 0 to 1; absent = 1. On the root span of sampled ones. */
  sampleRate: 'coldlens.sample_rate',
  /** Milliseconds that the agent itself took while the caller waited; they are in no phase. On the root span. */
  agentMs: 'coldlens.agent_ms',
  /** Milliseconds between a finished init and the first call that nobody waited for. On the root span. */
  idleMs: 'coldlens.idle_ms',
  /** Bytes of the deployed files, unpacked; absent where there are too many to count. On an instance's first root span. */
  packageBytes: 'coldlens.package_bytes',
  /** What layers have put into `/opt`: names, separated by commas. On an instance's first root span. */
  layers: 'coldlens.layers',
  /** Longest that the platform lets an invocation run, milliseconds. On an instance's first root span. */
  timeoutMs: 'coldlens.timeout_ms',
  /** What of {@link otherAgents} the process was started with, separated by commas. On an instance's first root span. */
  otherAgents: 'coldlens.other_agents',
} as const;

/** The caller waited for the init; it did not; nobody had asked yet; SnapStart. */
export type StartKind = 'cold' | 'warm' | 'prewarmed' | 'restored';

export type Certainty = 'certain' | 'inferred';

/** Values of {@link attribute.trigger}, as the semantic conventions have them. */
export type Trigger = 'http' | 'datasource' | 'pubsub' | 'timer' | 'other';

/** Value of {@link attribute.phase}. */
export type PhaseName = 'invocation' | 'runtime_start' | 'init' | 'execution';

/** Names of the phase spans. The root span is named after the function. */
export const phaseSpanName: Readonly<Record<Exclude<PhaseName, 'invocation'>, string>> = {
  runtime_start: 'runtime start',
  init: 'init',
  execution: 'execution',
};

/** Value of {@link attribute.phase} on the span that holds the provider's own figures of an invocation. */
export const platformPhase = 'platform';

/** The provider's own figures, on the span of {@link platformPhase}; what it did not tell is absent. */
export const platformAttribute = {
  /** The provider's single figure for getting ready: Lambda's Init Duration, milliseconds. */
  reportedInitMs: 'coldlens.platform.reported_init_ms',
  /** The provider's word for how the instance was initialised, such as `on-demand`. */
  initType: 'coldlens.platform.init_type',
  /** `init`, or `invoke` where a failed init ran again inside the invocation. */
  initPhase: 'coldlens.platform.init_phase',
  /** The invocation as the provider timed it, without init. */
  durationMs: 'coldlens.platform.duration_ms',
  /** What is billed, init and restore included. */
  billedMs: 'coldlens.platform.billed_ms',
  memoryUsedMb: 'coldlens.platform.memory_used_mb',
  restoreMs: 'coldlens.platform.restore_ms',
  billedRestoreMs: 'coldlens.platform.billed_restore_ms',
  /** `success`, `failure`, `error` or `timeout`. */
  status: 'coldlens.platform.status',
} as const;

/** How much of the module tree was seen; value of {@link moduleAttribute.seen} on the init span. */
export type ModulesSeen = 'not observed' | 'complete' | 'cjs only' | 'capped' | 'bundled';

/** One of {@link ModulesSeen}. On the init span. */
export const modulesSeen = 'coldlens.modules';
/** What would make visible what was not seen: a line to copy. On the init span. */
export const modulesHint = 'coldlens.modules.hint';

/** The module tree: `coldlens.modules*` on the init span, `coldlens.module.*` on the spans below it. Times in ms. */
export const moduleAttribute = {
  seen: modulesSeen,
  hint: modulesHint,
  /** Modules loaded during init. */
  loaded: 'coldlens.modules.loaded',
  /** What watching the modules took inside init. */
  overheadMs: 'coldlens.modules.overhead_ms',
  /** Relative to its package or to the user's; never an absolute path. */
  name: 'coldlens.module.name',
  /** '' = the user's own code; `node` = builtins. */
  package: 'coldlens.module.package',
  packageVersion: 'coldlens.module.package_version',
  /** `commonjs`, `module`, `json`, `builtin`, `addon`, `wasm`. */
  format: 'coldlens.module.format',
  /** Reading, parsing and evaluating the module alone. With `resolve_ms` these add up to the init. */
  selfMs: 'coldlens.module.self_ms',
  /** CPU time of `self_ms`, of this thread. Absent where it is not known. */
  cpuMs: 'coldlens.module.cpu_ms',
  /** With all that it was the first to ask for. */
  totalMs: 'coldlens.module.total_ms',
  /** Finding the modules that it asked for. */
  resolveMs: 'coldlens.module.resolve_ms',
  /** The part of self that is an estimate: parsing and linking a static graph, shared out by source size. */
  linkMs: 'coldlens.module.link_ms',
  bytes: 'coldlens.module.bytes',
  /** Name of the module that asked for it first. */
  parent: 'coldlens.module.parent',
  failed: 'coldlens.module.failed',
  /** It waited at its top level; the wait is in its self time. */
  topLevelAwait: 'coldlens.module.top_level_await',
  circular: 'coldlens.module.circular',
  /** false = none of its functions had run by the end of the first invocation. Only on request. */
  used: 'coldlens.module.used',
  /** Where the user's own code imports the package, such as `src/format.ts:3`. On spans of packages. */
  importedBy: 'coldlens.module.imported_by',
  /** Modules below the threshold that this span of their package stands for. */
  count: 'coldlens.module.count',
  /** `hooks` or `profile`: times on the clock, or samples of the CPU attributed through the bundle's map. */
  source: 'coldlens.module.source',
} as const;

/** The line that makes the module tree visible. */
export const registerHint = 'NODE_OPTIONS="--import @coldlens/agent/register"';

/** What other agents' preloads and exec wrappers are called. */
export const otherAgents = /datadog|dd-trace|opentelemetry|otel|newrelic|sentry|dynatrace|elastic-apm|lumigo|instana/g;
