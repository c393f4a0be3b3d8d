/** Can the data directory be used, and does a process have it already? */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readOwner } from '@coldlens/collector';
import { type CheckContext, type Finding, fail, ok, warn } from './check.ts';
import { fetchText } from './services.ts';

export async function checkDataDirectory({ data }: CheckContext): Promise<Finding | undefined> {
  // With a ClickHouse server there is no data directory of ours.
  if (data === undefined) return undefined;
  const directory = resolve(data);
  if (!existsSync(directory)) return whereItWouldBe(directory);
  if (!statSync(directory).isDirectory()) return fail(`${directory} is no directory`, 'name another with --data');
  if (!isWritable(directory)) return fail(`${directory} cannot be written to`, 'name another with --data');

  const owner = await readOwner(directory);
  if (owner === null) return ok(`${directory}, in use by nobody`);
  const answers = (await fetchText(`http://127.0.0.1:${owner.port}/ping`)).state === 'answered';
  if (answers) return ok(`${directory}, served by process ${owner.pid} on port ${owner.port}; others attach to it`);
  return warn(
    `${directory} was left by process ${owner.pid}, which does not answer on port ${owner.port}`,
    'nothing if that process has ended: the next command takes the directory over',
  );
}

function whereItWouldBe(directory: string): Finding {
  let parent = dirname(directory);
  while (!existsSync(parent)) parent = dirname(parent);
  if (isWritable(parent)) return ok(`${directory} does not exist yet and can be made`);
  return fail(`${directory} does not exist and ${parent} cannot be written to`, 'name another with --data');
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
