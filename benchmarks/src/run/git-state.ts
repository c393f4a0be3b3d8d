/** Which state of the code is measured, as git knows it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Side } from '../results/result.ts';

const run = promisify(execFile);
const maxMs = 10_000;

/** @param ref as it was asked for; `null` = the working tree. The commit is `null` outside a repository */
export const sideOf = async (directory: string, ref: string | null): Promise<Side> => {
  try {
    const { stdout } = await run('git', ['rev-parse', '--verify', '--quiet', 'HEAD'], {
      cwd: directory,
      timeout: maxMs,
    });
    return { ref, commit: stdout.trim() };
  } catch {
    // No repository, no commit yet, or no git: then nobody can say which commit this is.
    return { ref, commit: null };
  }
};
