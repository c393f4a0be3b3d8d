/** A process and everything it started, by `/proc`; elsewhere than on Linux the process alone. */
import { readdirSync, readFileSync } from 'node:fs';

/** `pid` first. A process that has ended has no children; what came and went while looking is left out. */
export const processTree = (pid: number): number[] => {
  const found = [pid];
  for (const parent of found) found.push(...childrenOf(parent));
  return found;
};

/** Each thread has its own children. */
const childrenOf = (pid: number): number[] => {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};

/** Sends a signal to each that is still there. */
export const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const each of pids) {
    try {
      process.kill(each, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};

/**
 * Most memory that the processes have used so far, in MB, rounded up; `null` where `/proc` does not tell. What they map
 * from files (Node's own binary, above all) lies in memory once, however many of them there are.
 */
export const peakMemoryMb = (pids: readonly number[]): number | null => {
  const each = pids.flatMap(processTree).map(memoryKb);
  const own = each.reduce((sum, { peak, shared }) => sum + peak - shared, 0);
  const kb = own + Math.max(0, ...each.map(({ shared }) => shared));
  return kb > 0 ? Math.ceil(kb / 1_024) : null;
};

const memoryKb = (pid: number): { peak: number; shared: number } => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    return { peak: kb('VmHWM'), shared: kb('RssFile') };
  } catch {
    // It has just ended.
    return { peak: 0, shared: 0 };
  }
};
