/** What the kernel knows of a running process (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** CPU milliseconds of all threads so far; nanosecond counters, not the 10 ms ticks of `stat`. */
export const cpuMs = (pid: number): number => {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1e6;
};

/** Resident memory, MB of 1,048,576 bytes. */
export const rssMb = (pid: number): number => {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
};
