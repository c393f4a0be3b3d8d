/** Where a result goes: what was asked for is printed, and files are written. All is made from the one result. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Trouble } from '@coldlens/collector/trouble';
import type { BenchRequest, OutputFormat, WhyRequest } from '../commands/requests.ts';
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

const write = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new Trouble(
      `The report ${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      'Name a file in a directory that exists and can be written to.',
      undefined,
      { cause: error },
    );
  }
};

/** Whether GitHub runs this, which takes annotations from the output. */
const isOnGithub = (): boolean => process.env.GITHUB_ACTIONS === 'true';

/**
 * Files first, so that what is printed last is what a person reads.
 * @throws {@link Trouble} when a file cannot be written, or a store cannot be reached
 */
export const writeReports = async (result: Result, request: Request): Promise<void> => {
  for (const [key, make] of Object.entries(files)) {
    const file = request[key as keyof typeof files];
    if (file !== undefined) await write(resolve(request.cwd, file), await make(result));
  }
  if (request.store !== undefined) {
    const { storeResult } = await import('../results/store.ts');
    await storeResult(result, request.store);
  }
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
};
