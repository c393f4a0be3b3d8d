/** Can the data directory be used, and does a process have it already? */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type CheckContext, type Finding, fail, ok, warn } from './check.ts';
import { fetchText } from './services.ts';

export async function checkDataDirectory({ data }: CheckContext): Promise<Finding | undefined> {
  // With a ClickHouse server there is no data directory of ours.
  if (data === undefined) return undefined;
  const directory = resolve(data);
  if (!existsSync(directory)) return whereItWouldBe(directory);
  if (!statSync(directory).isDirectory()) return fail(`${directory} is no directory`, 'name another with --data');
  if (!isWritable(directory)) return fail(`${directory} cannot be written to`, 'name another with --data');

  const owner = ownerOf(directory);
  if (owner === undefined) return ok(`${directory}, in use by nobody`);
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

/** What the owner of a directory has written beside the data; undefined when there is none or it makes no sense. */
function ownerOf(directory: string): { port: number; pid: number } | undefined {
  try {
    const { port, pid } = JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')) as Record<string, unknown>;
    return Number.isInteger(port) && Number.isInteger(pid) ? { port: Number(port), pid: Number(pid) } : undefined;
  } catch {
    // The store treats a missing or torn file in the same way: nobody owns the directory.
    return undefined;
  }
}
