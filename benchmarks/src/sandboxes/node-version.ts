/** Which Node an executable is: platforms name their runtimes after its major version. */
import { spawnSync } from 'node:child_process';
import { Trouble } from '@coldlens/collector/trouble';

const majors = new Map([[process.execPath, process.versions.node.split('.')[0] ?? '']]);

/**
 * Asked once an executable, before anything is timed.
 * @returns such as `24`
 * @throws {@link Trouble} when the executable is no Node
 */
export const nodeMajor = (node: string): string => {
  const known = majors.get(node);
  if (known !== undefined) return known;
  const { stdout, error } = spawnSync(node, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const major = /^v(\d+)\./.exec(stdout ?? '')?.[1];
  if (major === undefined) {
    throw new Trouble(`${node} is no Node executable${error ? ` (${error.message})` : ''}.`, 'Give the path of one.');
  }
  majors.set(node, major);
  return major;
};
