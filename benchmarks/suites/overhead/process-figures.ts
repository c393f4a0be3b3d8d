/** What the kernel knows of a running process (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds that a thread has run; 0 where it has ended since it was listed. */
const threadNs = (pid: number, thread: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return 0;
    throw error;
  }
};

/** CPU milliseconds of all living threads so far; nanosecond counters, not the 10 ms ticks of `stat`. */
export const cpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((ns, thread) => ns + threadNs(pid, thread), 0) / 1e6;

/** Resident memory, MB of 1,048,576 bytes. */
export const rssMb = (pid: number): number => {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
};
