/** How an instance is to behave where Lambda itself behaves differently from case to case. */
import type { NodeChoice } from '../instance.ts';
import type { InitializationType } from './rules.ts';
import type { TelemetryEvent } from './telemetry/delivery.ts';

export interface InstanceOptions extends NodeChoice {
  /**
   * `assumed` (default): without extensions of its own, the instance shuts down as if an external one were registered, by
   * SIGTERM, with 10 s where Lambda has 2: so a function shows what an agent does at the end, on a busy machine too.
   * `real`: only what is registered counts.
   */
  extensions?: 'assumed' | 'real';
  /** Stands in for `/opt`: layers unpacked. What is executable in its `extensions` is started before the runtime. */
  optDirectory?: string;
  /** Value of `AWS_LAMBDA_INITIALIZATION_TYPE`, with all that it changes: see `rules.ts`. Default `on-demand`. */
  initializationType?: InitializationType;
  /** Most invocations at once on Managed Instances, from 1 (`AWS_LAMBDA_MAX_CONCURRENCY` there). Default 64. */
  maxConcurrency?: number;
  /**
   * `throws` (default): a failed init is a `Trouble`. `re-runs`: as on Lambda (on demand), the first invocation starts
   * everything once more, on its own time.
   */
  failedInit?: 'throws' | 're-runs';
  /** Gives the instance its share of CPU (1,769 MB = 1 vCPU) where this machine allows it. Default false. */
  limitCpu?: boolean;
  /** Sees what the Telemetry API's subscribers see, log lines included, at the moment it happens. */
  onTelemetry?(event: TelemetryEvent): void;
}
