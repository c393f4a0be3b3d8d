/**
 * A data directory whose tables are there already: a copy of one that was migrated once. That takes a store a third of the
 * time to open. What tests migrations, or what is to be found without tables, begins with an empty directory.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '#collector/index.js';

const templates = fileURLToPath(new URL('../../node_modules/.cache/coldlens-test-data/', import.meta.url));
const built = fileURLToPath(new URL('../../collector/dist/store/', import.meta.url));
const lockfile = fileURLToPath(new URL('../../package-lock.json', import.meta.url));

/** Of everything that decides what an empty store looks like: the schema, what makes it, and the engine's version. */
async function fingerprint(): Promise<string> {
  const schema = join(built, 'schema');
  const names = (await readdir(schema)).filter((name) => name.endsWith('.js')).toSorted();
  const files = [
    ...names.map((name) => join(schema, name)),
    join(built, 'ddl.js'),
    join(built, 'migrate.js'),
    join(built, 'layout.js'),
    lockfile,
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Two processes may make it at once: the one that is ready first has made it. */
async function template(): Promise<string> {
  const ready = join(templates, await fingerprint());
  if (await exists(ready)) return ready;
  await mkdir(templates, { recursive: true });
  const draft = await mkdtemp(join(templates, 'draft-'));
  try {
    const store = await openStore({ data: draft });
    await store.close();
    await rename(draft, ready).catch(async (error) => {
      if (!(await exists(ready))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return ready;
}

const exists = (directory: string): Promise<boolean> =>
  readdir(directory).then(
    () => true,
    () => false,
  );

let made: Promise<string> | undefined;

/** Fills a directory of the caller's, which may not be there yet. */
export async function fillWithTables(directory: string): Promise<string> {
  made ??= template();
  // Links lead into the template, and the engine makes its own anew when it starts.
  const isLink = /\/clickhouse\/data\/coldlens\//;
  await cp(await made, directory, { recursive: true, filter: (source) => !isLink.test(source) });
  return directory;
}
