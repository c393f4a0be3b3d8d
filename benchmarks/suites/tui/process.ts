/** What a process takes of the machine, with all of its threads and children, as Linux counts it. */
import { readFile } from 'node:fs/promises';
import { ticksPerSecond } from '../ingest/processor-time.ts';

export interface Taken {
  cpuMs: number;
  rssMb: number;
}

const statOf = async (pid: number): Promise<string[]> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold blanks, the first field is the 3rd of proc(5).
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const pagesPerMb = 256;

/** Of children that have ended too. @throws where it has ended itself */
export async function takenBy(pid: number): Promise<Taken> {
  const fields = await statOf(pid);
  const ticks = [14, 15, 16, 17].reduce((sum, field) => sum + Number(fields[field - 3]), 0);
  const own = { cpuMs: (ticks / ticksPerSecond) * 1000, rssMb: Number(fields[24 - 3]) / pagesPerMb };
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of children.split(' ').filter(Boolean)) {
    const taken = await takenBy(Number(child)).catch(() => ({ cpuMs: 0, rssMb: 0 }));
    own.cpuMs += taken.cpuMs;
    own.rssMb += taken.rssMb;
  }
  return own;
}
