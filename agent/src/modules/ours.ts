/**
 * Whether this is where the platform has its function run. Children, other threads and Node's own hooks thread inherit
 * NODE_OPTIONS and are left in peace.
 */
import type { Environment } from '../platforms/platform.ts';

/** Holds the process id of the watched process; what inherits it is somebody else. */
export const watchedProcess = 'COLDLENS_REGISTERED_PID';

/** Scripts that only start another Node, which is the one to watch. */
const launcher = /[\\/](npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(-cli)?(\.[cm]?js)?$/;

export interface Process {
  pid: number;
  argv: readonly string[];
  env: Environment;
  /** Whether the function runs in this thread: the main one, but for platforms that run it in workers. */
  isFunctionThread: boolean;
  /** `process.send`, which only the child of another Node process has. */
  send?: unknown;
}

/** A forked child is known by its channel even where its parent gave it another environment. */
export const isOurs = ({ pid, argv, env, isFunctionThread, send }: Process): boolean => {
  const watched = env[watchedProcess];
  if (!isFunctionThread || launcher.test(argv[1] ?? '')) return false;
  return watched === undefined ? send === undefined : watched === String(pid);
};
