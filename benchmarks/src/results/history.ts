/**
 * Results as files: each run is one JSON document with all of its samples. A directory of them is a history, for trends
 * only: a verdict comes from base and head measured together, and times of different machines are never put side by side.
 */
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import type { Machine } from '../machine.ts';
import { median } from '../statistics.ts';
import { type Result, resultSchema } from './result.ts';

/** A result of 200 functions with their flame graphs takes a tenth of it. */
const largestBytes = 256 * 2 ** 20;
/** More runs than that are no trend that anybody reads; the newest are taken. */
const mostFiles = 1_000;

/**
 * Equal on machines whose times may be compared: the same processor, number of cores, memory and kernel line. Node's version
 * is not part of it: each function says its own.
 */
export const fingerprint = ({ cpu, cores, memoryGb, os }: Machine): string => {
  // Of `linux 6.18.44-fc-v669` the patch level changes with every update, and no time with it.
  const kernel = os.replace(/^(\S+ \d+\.\d+).*$/, '$1');
  return createHash('sha256')
    .update(JSON.stringify([cpu, cores, memoryGb, kernel]))
    .digest('hex')
    .slice(0, 16);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const functionLists = ['notices', 'metrics', 'counts', 'budgets', 'culprits', 'whatIfs', 'curve'] as const;

/** What the document lacks to be a result; `null` when it has everything that the reports go through. */
const lacks = (value: unknown): string | null => {
  if (!isObject(value)) return 'is no object';
  if (value.schema !== resultSchema) return `has schema ${JSON.stringify(value.schema) ?? 'none'}, not ${resultSchema}`;
  if (value.kind !== 'why' && value.kind !== 'bench') return 'has no kind';
  if (typeof value.createdAt !== 'string' || Number.isNaN(Date.parse(value.createdAt)))
    return 'has no time in createdAt';
  if (!isObject(value.machine) || !isObject(value.head) || !isObject(value.settings)) {
    return 'lacks machine, head or settings';
  }
  if (typeof value.directory !== 'string') return 'has no directory';
  if (typeof value.fingerprint !== 'string') return 'has no fingerprint';
  if (!Array.isArray(value.functions)) return 'has no functions';
  for (const [index, fn] of value.functions.entries()) {
    const at = `has in functions[${index}] no`;
    if (!isObject(fn) || typeof fn.name !== 'string' || typeof fn.file !== 'string') return `${at} name and file`;
    const missing = functionLists.find((name) => !Array.isArray(fn[name]));
    if (missing !== undefined) return `${at} ${missing}`;
    if (!isObject(fn.samples) || !Array.isArray(fn.samples.base) || !Array.isArray(fn.samples.head)) {
      return `${at} samples`;
    }
  }
  return null;
};

/**
 * @param from what the text is, for messages
 * @throws {@link Trouble} when it is no result, or one of another version of coldlens
 */
export const parseResult = (text: string, from: string): Result => {
  const next = 'Give a file that coldlens bench --json-file wrote, with this version of coldlens.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Trouble(`${from} is no JSON.`, next, exitCode.usage);
  }
  const missing = lacks(value);
  if (missing !== null) throw new Trouble(`${from} is no result of coldlens: it ${missing}.`, next, exitCode.usage);
  return value as Result;
};

/** @throws {@link Trouble} when the file cannot be read or holds no result */
export const readResult = async (file: string): Promise<Result> => {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > largestBytes) {
      throw new Trouble(`${file} is larger than ${largestBytes / 2 ** 20} MB.`, 'Give the JSON of one run.');
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new Trouble(
      `${file} cannot be read (${code}).`,
      'Run coldlens bench --json-file FILE first.',
      exitCode.usage,
    );
  }
  return parseResult(text, file);
};

/** `2026-11-22T09-30-00.000Z-1a2b3c4.json`: in the order of time when sorted by name. */
const fileName = ({ createdAt, head }: Result): string =>
  `${new Date(createdAt).toISOString().replaceAll(':', '-')}-${(head.commit ?? 'worktree').slice(0, 7).replace(/\W/g, '_')}.json`;

/** Makes the directory where it is missing. @throws {@link Trouble} when it cannot hold files */
export const makeHistory = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new Trouble(
      `Runs cannot be kept in ${clean(directory)} (${(error as NodeJS.ErrnoException).code}).`,
      'Name a directory that can be made and written to.',
      exitCode.usage,
      { cause: error },
    );
  }
};

/**
 * Adds a run to a directory, which is made when missing. A reader sees the whole file or none.
 * @returns the file's path
 */
export const addToHistory = async (directory: string, result: Result): Promise<string> => {
  await makeHistory(directory);
  const file = join(directory, fileName(result));
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify(result)}\n`);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return file;
};

export interface History {
  /** The oldest first. */
  results: Result[];
  /** Files that are no results, with the reason. */
  skipped: { file: string; reason: string }[];
}

/** The newest {@link mostFiles} runs of a directory; one that is not there has no history. */
export const readHistory = async (directory: string): Promise<History> => {
  const history: History = { results: [], skipped: [] };
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Trouble(
      `The history in ${directory} cannot be read (${error.code}).`,
      'Name a directory of JSON reports.',
    );
  });
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  for (const name of files.slice(-mostFiles)) {
    try {
      history.results.push(await readResult(join(directory, name)));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      history.skipped.push({ file: name, reason: error.message });
    }
  }
  history.results.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return history;
};

export interface TrendPoint {
  createdAt: string;
  /** `null` outside a repository. */
  commit: string | null;
  /** Medians of the head's samples. */
  coldMs: number;
  cpuMs: number | null;
  samples: number;
}

/** How one function went over the runs on machines of one kind; the oldest first. Never a verdict. */
export const trendOf = (
  results: readonly Result[],
  { name, node, machine }: { name: string; node: string | null; machine: string },
): TrendPoint[] =>
  results
    .filter((result) => result.fingerprint === machine)
    .flatMap(({ createdAt, head, functions }) =>
      functions
        .filter((fn) => fn.name === name && fn.node === node && fn.samples.head.length > 0)
        .map(({ samples }): TrendPoint => {
          const cpu = samples.head.map(({ cpuMs }) => cpuMs).filter((ms) => ms !== null);
          return {
            createdAt,
            commit: head.commit,
            coldMs: median(samples.head.map(({ coldMs }) => coldMs)),
            cpuMs: cpu.length === 0 ? null : median(cpu),
            samples: samples.head.length,
          };
        }),
    );
