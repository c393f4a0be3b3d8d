/**
 * An instance's last seconds: 0 where no extension is registered, 500 ms with internal ones, 2,000 ms with an external one.
 * Runtime first, then the extensions, as AWS's runtime interface emulator does it: the runtime gets SIGTERM and 30 % of
 * the time of external extensions, so that what it has to say still reaches them.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
import type { ExtensionsApi } from './apis/extensions-api.ts';
import type { SandboxProcess } from './processes.ts';
import type { TelemetryApi } from './telemetry/telemetry-api.ts';

export type ShutdownReason = 'spindown' | 'timeout' | 'failure';

const internalMaxMs = 500;
const externalMaxMs = 2_000;
const assumedMaxMs = 10_000;
const runtimeShare = 0.3;

export interface Leaving {
  reason: ShutdownReason;
  runtime: SandboxProcess | null;
  extensions: readonly SandboxProcess[];
  extensionsApi: ExtensionsApi;
  telemetryApi: TelemetryApi;
  /** Behave as if an external extension were registered, which needs no time of its own, and do not hurry. */
  assumesExtension: boolean;
}

/** Most milliseconds for the runtime and for everything. */
const limitsOf = ({ reason, extensions, extensionsApi, assumesExtension }: Leaving): [number, number] => {
  const runtimeMs = (ms: number): number => (reason === 'timeout' ? 0 : ms);
  if (extensions.length > 0) return [runtimeMs(externalMaxMs * runtimeShare), externalMaxMs];
  if (assumesExtension) return [runtimeMs(assumedMaxMs), assumedMaxMs];
  if (extensionsApi.registered.length > 0) return [runtimeMs(internalMaxMs), internalMaxMs];
  return [0, 0];
};

/** All processes have ended when it resolves. They must have been thawed before. */
export const shutDown = async (leaving: Leaving): Promise<void> => {
  const { reason, runtime, extensions, extensionsApi, telemetryApi } = leaving;
  const [runtimeMs, totalMs] = limitsOf(leaving);
  const deadlineMs = performance.now() + totalMs;
  void telemetryApi.flush();
  if (runtimeMs > 0) runtime?.signal('SIGTERM');
  await runtime?.endWithin(runtimeMs);
  const leftMs = (): number => Math.max(0, deadlineMs - performance.now());
  extensionsApi.send('SHUTDOWN', { shutdownReason: reason, deadlineMs: Math.round(Date.now() + leftMs()) });
  // Who did not ask for the event gets none of the time.
  const isAwaited = extensionsApi.registered.some(({ events }) => events.includes('SHUTDOWN'));
  await Promise.all(extensions.map((extension) => extension.endWithin(isAwaited ? leftMs() : 0)));
};
