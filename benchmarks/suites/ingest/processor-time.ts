/** What processes take of the processor. */
import { readFile } from 'node:fs/promises';

/** The kernel's unit of processor time on Linux. */
export const ticksPerSecond = 100;

/** Of another process, in microseconds; `null` where there is no /proc. */
export const cpuOf = async (pid: number): Promise<number | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold blanks: state is the 3rd field, user and system time the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
  } catch {
    return null;
  }
};
