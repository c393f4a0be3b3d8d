/** A collector with a store of its own, and a direct look at the tables. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, openStore, readOwner, type Store, startCollector } from '#collector/index.js';
import { basic, type Login } from '#collector/store/embedded/logins.js';
import { fillWithTables } from './data-directory.ts';

/** Those that may hold a store of ours: how to log in stands beside the data. */
const made = new Set<string>();

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'coldlens-test-'));
  made.add(directory);
  return directory;
}

/** For a store that is soon open. */
export const directoryWithTables = async (): Promise<string> => fillWithTables(await temporaryDirectory());

const collectors = new Map<string, Collector>();

/** Has `send` wait until the store has what this collector acknowledged. */
export const watched = (collector: Collector): Collector => {
  collectors.set(collector.url, collector);
  return collector;
};

/** Resolves when all that the collector at this URL has acknowledged is in its store. */
export const untilStored = async (collectorUrl: string): Promise<void> => {
  const collector = collectors.get(collectorUrl);
  if (collector && !(await collector.drained(10_000))) {
    throw new Error(`the store did not get what was acknowledged: ${JSON.stringify(collector.bufferStats())}`);
  }
};

export async function removeDirectory(directory: string): Promise<void> {
  made.delete(directory);
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Call it inside `describe`: what it gives is there from the first test to the last. */
export const collectorForAllTests = () => {
  const running = {} as { data: string; store: Store; collector: Collector };
  before(async () => {
    running.data = await directoryWithTables();
    running.store = await openStore({ data: running.data });
    running.collector = watched(await startCollector({ port: 0, store: running.store }));
  });
  after(async () => {
    // What failed to start cannot be closed; what did start must be.
    const { data, store, collector } = running as Partial<typeof running>;
    await collector?.close();
    await store?.close();
    if (data !== undefined) await removeDirectory(data);
  });
  return running;
};

/** Of the embedded ClickHouse of one of our directories; absent where there is none, or one that wants no password. */
export async function loginOf(origin: string, as: 'collector' | 'reader' = 'collector'): Promise<Login | undefined> {
  const owners = await Promise.all([...made].map((directory) => readOwner(directory)));
  return owners.find((owner) => owner?.port === Number(new URL(origin).port))?.logins[as];
}

/** The same with user and password in front, as --clickhouse takes it. */
export async function urlWithLogin(origin: string, as: 'collector' | 'reader' = 'collector'): Promise<string> {
  const login = await loginOf(origin, as);
  return login === undefined ? origin : origin.replace('//', `//${login.username}:${login.password}@`);
}

/** Rows of a SELECT, straight from ClickHouse. */
export async function ask<Row = Record<string, unknown>>(
  origin: string,
  query: string,
  database = 'coldlens',
): Promise<Row[]> {
  const login = await loginOf(origin);
  const response = await fetch(`${origin}/?database=${database}&default_format=JSONEachRow`, {
    method: 'POST',
    body: query,
    // An idle socket would hold up the engine's end.
    headers: { Connection: 'close', ...(login && { Authorization: basic(login) }) },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
