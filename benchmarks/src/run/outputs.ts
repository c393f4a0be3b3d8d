/** Where a result goes: what was asked for is printed, and files are written. All is made from the one result. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import type { BenchRequest, OutputFormat, WhyRequest } from '../commands/requests.ts';
import { makeHistory } from '../results/history.ts';
import type { Result } from '../results/result.ts';

type Request = Pick<WhyRequest, 'cwd' | 'format' | 'html'> &
  Partial<
    Pick<BenchRequest, 'json' | 'markdown' | 'junit' | 'badge' | 'codeQuality' | 'history' | 'store' | 'annotations'>
  >;

/** Forms of the printed report. Each is loaded when it is wanted. */
const printed: Readonly<Record<OutputFormat, (result: Result) => Promise<string>>> = {
  text: async (result) => {
    const { styleFor, terminalReport } = await import('../report/terminal.ts');
    return terminalReport(result, styleFor(process.stdout));
  },
  json: async (result) => {
    const { printableJson } = await import('../report/format/json.ts');
    return printableJson(result);
  },
  markdown: async (result) => {
    const { markdownReport } = await import('../report/markdown.ts');
    return markdownReport(result);
  },
};

/** Reports in files, by the key of the request that names the file. */
const files = {
  html: async (result: Result) => (await import('../report/html/page.ts')).htmlReport(result),
  json: printed.json,
  markdown: printed.markdown,
  junit: async (result: Result) => (await import('../report/junit.ts')).junitReport(result),
  badge: async (result: Result) => (await import('../report/badge.ts')).badge(result),
  codeQuality: async (result: Result) => (await import('../report/annotations.ts')).gitlabCodeQuality(result),
} as const;

const unwritable = (file: string, error: unknown): Trouble =>
  new Trouble(
    `The report ${clean(file)} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
    'Name a file in a directory that exists and can be written to.',
    exitCode.usage,
    { cause: error },
  );

const write = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
};

const filesOf = (request: Request): [key: keyof typeof files, file: string][] =>
  (Object.keys(files) as (keyof typeof files)[]).flatMap((key) => {
    const file = request[key];
    return file === undefined ? [] : [[key, resolve(request.cwd, file)]];
  });

/** Leaves no file behind where the measurement fails. @throws the system's error */
const mustTakeFile = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  await access(found ? file : `${dirname(file)}/.`, constants.W_OK);
};

/**
 * Looks at every place that the result is to go to: after minutes of measuring is no time to find one missing.
 * @throws {@link Trouble} when a file cannot be written, or a store cannot be reached
 */
export const mustBeWritable = async (request: Request): Promise<void> => {
  for (const [, file] of filesOf(request)) {
    try {
      await mustTakeFile(file);
    } catch (error) {
      throw unwritable(file, error);
    }
  }
  if (request.history !== undefined) await makeHistory(resolve(request.cwd, request.history));
  if (request.store !== undefined) {
    const { mustBeStore } = await import('../results/store.ts');
    await mustBeStore(request.store);
  }
};

/** Whether GitHub runs this, which takes annotations from the output. */
const isOnGithub = (): boolean => process.env.GITHUB_ACTIONS === 'true';

/**
 * Files first, so that what is printed last is what a person reads; the store last of all, for it may fail.
 * @throws {@link Trouble} when a file cannot be written, or a store cannot be reached
 */
export const writeReports = async (result: Result, request: Request): Promise<void> => {
  for (const [key, file] of filesOf(request)) await write(file, await files[key](result));
  process.stdout.write(await printed[request.format](result));
  if (request.history !== undefined) {
    const { keepAndCompare } = await import('./trend.ts');
    const trend = await keepAndCompare(resolve(request.cwd, request.history), result);
    if (request.format === 'text') process.stdout.write(trend);
  }
  if (result.kind === 'bench' && request.format !== 'json' && (request.annotations ?? isOnGithub())) {
    const { githubAnnotations } = await import('../report/annotations.ts');
    process.stdout.write(githubAnnotations(result));
  }
  if (request.store !== undefined) {
    const { storeResult } = await import('../results/store.ts');
    const { samples, description } = await storeResult(result, request.store);
    process.stderr.write(`coldlens: ${samples} samples are stored in ${clean(description)}\n`);
  }
};
