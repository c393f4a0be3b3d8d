/** Who is watched: the first process and thread that finds the probe's variables. It takes them away from its children. */
import { isMainThread } from '../../../agent/dist/phases/thread.js';
import { probeVariable } from './variables.ts';

/** What the process that is watched was told. */
export interface Task {
  /** Where the record goes. */
  file: string;
  /** Absolute path of the user's first file; `null` = the platform's own rule tells. */
  entry: string | null;
  wantsCoverage: boolean;
  wantsProfile: boolean;
}

/** Scripts that only start another Node, which is the one to watch. */
const launcher = /[\\/](npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(-cli)?(\.[cm]?js)?$/;

/** `NODE_OPTIONS` without the probe: what the function starts itself does not even load it. */
const withoutProbe = (options: string, probe: string): string =>
  options
    .replace(`--require ${JSON.stringify(probe)}`, '')
    .replace(`--require ${probe}`, '')
    .trim();

/** @returns `null` in what is none of ours */
export const claim = (env: NodeJS.ProcessEnv, probe: string): Task | null => {
  const file = env[probeVariable.file];
  if (!isMainThread || file === undefined || launcher.test(process.argv[1] ?? '')) return null;
  const task = {
    file,
    entry: env[probeVariable.entry] ?? null,
    wantsCoverage: env[probeVariable.with]?.includes('coverage') === true,
    wantsProfile: env[probeVariable.with]?.includes('profile') === true,
  };
  for (const name of Object.values(probeVariable)) delete env[name];
  const options = withoutProbe(env.NODE_OPTIONS ?? '', probe);
  if (options === '') delete env.NODE_OPTIONS;
  else env.NODE_OPTIONS = options;
  return task;
};
