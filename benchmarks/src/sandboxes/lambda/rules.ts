/** What Lambda does differently with each way of initialising an instance: one table, which the sandbox reads. */
import type { AllowedEvents } from './apis/extensions-api.ts';

export type InitializationType = 'on-demand' | 'provisioned-concurrency' | 'snap-start' | 'lambda-managed-instances';

export interface Rules {
  /** Most milliseconds for an init, by the function's timeout. */
  initMaxMs(timeoutMs: number): number;
  /** The caller of the first invocation waits for the init. */
  isInitAwaited: boolean;
  /** The platform freezes the instance when everybody has asked for the next event. */
  freezes: boolean;
  /** The platform takes a snapshot when the init is over, and each instance begins with a restore of it. */
  restores: boolean;
  /** Several invocations at once, each with a timeout of its own that the others survive. */
  isConcurrent: boolean;
  extensionEvents: AllowedEvents;
  /** Versions of the telemetry's schema that a subscriber may ask for. */
  telemetrySchemas: readonly string[];
}

const aheadOfTime = (timeoutMs: number): number => Math.max(130_000, timeoutMs);

const onDemand: Rules = {
  initMaxMs: () => 10_000,
  isInitAwaited: true,
  freezes: true,
  restores: false,
  isConcurrent: false,
  extensionEvents: { external: ['INVOKE', 'SHUTDOWN'], internal: ['INVOKE'] },
  telemetrySchemas: ['2022-07-01', '2022-12-13', '2025-01-29'],
};

/**
 * Managed Instances: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html and
 * AWS's runtime interface emulator (`internal/lambda-managed-instances`), whose source says what is refused.
 */
export const rulesOf: Readonly<Record<InitializationType, Rules>> = {
  'on-demand': onDemand,
  'provisioned-concurrency': { ...onDemand, initMaxMs: aheadOfTime, isInitAwaited: false },
  'snap-start': { ...onDemand, initMaxMs: aheadOfTime, isInitAwaited: false, restores: true },
  'lambda-managed-instances': {
    initMaxMs: aheadOfTime,
    isInitAwaited: false,
    freezes: false,
    restores: false,
    isConcurrent: true,
    extensionEvents: { external: ['SHUTDOWN'], internal: [] },
    telemetrySchemas: ['2025-01-29'],
  },
};

/** A runtime has 10 s after the restore, its hooks included. */
export const restoreMaxMs = 10_000;

/** Sizes that a function can be given, MB. */
export const memoryBoundsMb = { least: 128, most: 10_240 } as const;
