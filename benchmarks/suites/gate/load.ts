/** Work beside a measurement: a process a core, each busy half of the time in bursts of random length. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { dieWithUs } from '../../src/sandboxes/reaper.ts';

/** Bursts and pauses of 20 to 200 ms: about as long as what is measured, so that pairs are hit unevenly. */
const script = `
const pause = () => 20 + 180 * Math.random();
const work = () => {
  const end = performance.now() + pause();
  while (performance.now() < end);
  setTimeout(work, pause());
};
work();`;

/** @returns what ends it */
export const startLoad = (): (() => void) => {
  const children = Array.from({ length: availableParallelism() }, () => {
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore', env: {} });
    dieWithUs(child);
    return child;
  });
  return () => {
    for (const child of children) child.kill('SIGKILL');
  };
};
