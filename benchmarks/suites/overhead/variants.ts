/** Who is measured: one row each, all around the same small function. */
import { appModules } from './prepare.ts';

export interface Variant {
  /** Begins with `bare`, `floor`, `coldlens` or the peer's package name. */
  name: string;
  exportMode: string | null;
  /** `file.export` in `peers/handlers`. */
  handler: string;
  environment?: Record<string, string>;
  /** Name of the bare variant it is compared with. */
  baseline: string;
  /** Warm calls to time; fewer where each waits for the collector. */
  warmCalls: number;
  /** Modules of the application, where the cost of each is of interest. */
  appModules?: number;
  /** Whether it takes part in all rounds, for small effects need hundreds. */
  isThorough: boolean;
}

const rest = { baseline: 'bare', isThorough: false, warmCalls: 1_000 } as const;

const coldlens = (exportMode: string): Variant => ({
  ...rest,
  name: `coldlens ${exportMode}`,
  exportMode,
  handler: 'coldlens.handler',
  environment: { COLDLENS_EXPORT: exportMode },
});

const register = '--import @coldlens/agent/register';

/** An application of many modules under `register`, beside itself without any agent. */
const app = (kind: 'cjs' | 'esm'): Variant[] => {
  const bare = `bare (${appModules} ${kind} modules)`;
  const common = { ...rest, baseline: bare, appModules };
  return [
    { ...common, name: bare, exportMode: null, handler: `generated/app-${kind}/bare.handler` },
    {
      ...common,
      name: `coldlens register (${appModules} ${kind} modules)`,
      exportMode: 'stdout',
      handler: `generated/app-${kind}/coldlens.handler`,
      environment: { NODE_OPTIONS: register, COLDLENS_EXPORT: 'stdout' },
    },
  ];
};

/** The runtime client imports handlers; its documentation asks for this loader since Node 24. */
const otelHooks = '--experimental-loader=@opentelemetry/instrumentation/hook.mjs --require ./otel-setup.cjs';

export const variants: readonly Variant[] = [
  { ...rest, name: 'bare', exportMode: null, handler: 'bare.handler', isThorough: true },
  { ...rest, name: 'floor', exportMode: null, handler: 'floor.handler', isThorough: true },
  { ...coldlens('stdout'), name: 'coldlens', isThorough: true },
  coldlens('after-response'),
  coldlens('extension'),
  { ...coldlens('sync'), warmCalls: 50 },
  { ...rest, name: 'bare (esm)', exportMode: null, handler: 'bare-esm.handler', baseline: 'bare (esm)' },
  { ...coldlens('stdout'), name: 'coldlens (esm)', handler: 'coldlens-esm.handler', baseline: 'bare (esm)' },
  { ...coldlens('stdout'), name: 'coldlens register', environment: { NODE_OPTIONS: register } },
  ...app('cjs'),
  ...app('esm'),
  { ...coldlens('after-response'), name: 'coldlens otel', exportMode: 'otel', handler: 'coldlens-otel.handler' },
  {
    ...coldlens('after-response'),
    name: 'coldlens otel at once',
    exportMode: 'otel',
    handler: 'coldlens-otel-at-once.handler',
  },
  {
    ...rest,
    name: '@opentelemetry/sdk-node + instrumentation-aws-lambda',
    exportMode: 'before the response',
    handler: 'bare.handler',
    environment: { NODE_OPTIONS: otelHooks },
  },
  {
    ...rest,
    name: '@opentelemetry/sdk-trace + exporter, bundled',
    exportMode: 'after-response',
    handler: 'generated/otel-bundled.handler',
  },
  {
    ...rest,
    name: '@aws-lambda-powertools/tracer',
    exportMode: 'X-Ray daemon',
    handler: 'powertools.handler',
    environment: { POWERTOOLS_SERVICE_NAME: 'overhead' },
  },
  {
    ...rest,
    name: 'datadog-lambda-js + dd-trace',
    exportMode: 'log',
    handler: 'datadog.handler',
    environment: { DD_FLUSH_TO_LOG: 'true', DD_TRACE_STARTUP_LOGS: 'false' },
  },
];
