/**
 * The only thing that sees inside a bundle: samples of the CPU during init, taken by the engine's own profiler. Opt-in,
 * as it costs the cold starts that it samples.
 */
import type { Profiler } from 'node:inspector';
import { warnOnce } from '../warn.ts';

/** Microseconds. An init of 100 ms gives 400 samples. */
const samplingIntervalUs = 250;

const variable = 'COLDLENS_PROFILE';

/** Whether this cold start is one of those to sample. @param value `1`, or a share such as `0.01` */
export const wantsProfile = (value: string | undefined): boolean => {
  if (value === undefined || value === '') return false;
  const share = Number(value);
  if (share >= 0 && share <= 1) return Math.random() < share;
  warnOnce(variable, `${variable} must be 1 or a share from 0 to 1, not "${value.slice(0, 40)}"; nothing is sampled.`);
  return false;
};

export interface RunningProfile {
  /** Stops it. @returns `null` when the engine did not give it */
  stop(): Profiler.Profile | null;
}

/** Starts to sample this thread. The inspector of the own thread answers at once. */
export const startProfile = (): RunningProfile => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
  session.post('Profiler.start');
  let stopped: Profiler.Profile | null = null;
  let isRunning = true;
  return {
    stop: () => {
      if (!isRunning) return stopped;
      isRunning = false;
      session.post('Profiler.stop', (error, result) => {
        stopped = error ? null : result.profile;
      });
      session.disconnect();
      return stopped;
    },
  };
};
