/**
 * Finds what a function has left behind. A child that was detached, or whose parent has ended, is in no tree any more; but
 * it has inherited its environment, and there every start of ours has a mark of its own. Linux only: elsewhere nothing is
 * found.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalAll } from '../sandboxes/lambda/process-tree.ts';

const variable = 'COLDLENS_START';
/** Who forks while being killed is met again. */
const maxRounds = 20;
const roundMs = 10;

/** For the environment of one start. */
export const newMark = (): Record<string, string> => ({ [variable]: randomUUID() });

const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It has ended, or belongs to somebody else.
    return '';
  }
};

/** Processes that carry the mark. */
export const marked = (mark: Readonly<Record<string, string>>): number[] => {
  if (process.platform !== 'linux') return [];
  const entry = `\0${variable}=${mark[variable]}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `\0${environmentOf(pid)}`.includes(entry))
    .map(Number);
};

/** Kills them, and whatever they start meanwhile. */
export const killMarked = async (mark: Readonly<Record<string, string>>): Promise<void> => {
  for (let round = 0; round < maxRounds; round += 1) {
    const left = marked(mark);
    if (left.length === 0) return;
    signalAll(left, 'SIGKILL');
    await sleep(roundMs);
  }
};
