/** What the kernel knows of a running process with all its threads and children (Linux; elsewhere nothing). */
import { readdirSync, readFileSync } from 'node:fs';
import { processTree } from '../sandboxes/lambda/process-tree.ts';

export interface ProcessFigures {
  /** CPU milliseconds so far; `null` where it cannot be read. */
  cpuMs: number | null;
  /** Resident memory, MB of 1,048,576 bytes; `null` where it cannot be read. */
  rssMb: number | null;
}

/** What the kernel counts ticks in for programs, on every Linux. */
const tickMs = 10;

/** `undefined` where it has ended since it was listed, or there is no `/proc`. */
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
};

const threadsOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

/**
 * Nanosecond counters tell of living threads; those that have ended are in the process's own ticks, each rounded down.
 * The larger of the two is nearer the truth. Children that have ended are in ticks too.
 */
const cpuMsOf = (pid: number): number => {
  const livingNs = threadsOf(pid).reduce(
    (ns, thread) => ns + Number(read(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0),
    0,
  );
  // The name, in brackets, may hold anything; user and system time, then those of children, are fields 14 to 17.
  const fields =
    read(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 15)
      .map(Number) ?? [];
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields;
  return Math.max(livingNs / 1e6, (user + system) * tickMs) + (childUser + childSystem) * tickMs;
};

const memoryKb = (pid: number): { resident: number; fromFiles: number } => {
  const status = read(`/proc/${pid}/status`) ?? '';
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { resident: kb('VmRSS'), fromFiles: kb('RssFile') };
};

/** What `pid` and all that it started have used. What they map from files lies in memory once. */
export const processFigures = (pid: number): ProcessFigures => {
  const pids = processTree(pid);
  const memory = pids.map(memoryKb);
  const own = memory.reduce((sum, { resident, fromFiles }) => sum + resident - fromFiles, 0);
  const kb = own + Math.max(0, ...memory.map(({ fromFiles }) => fromFiles));
  const cpuMs = pids.reduce((sum, each) => sum + cpuMsOf(each), 0);
  return { cpuMs: cpuMs > 0 ? cpuMs : null, rssMb: kb > 0 ? kb / 1_024 : null };
};
