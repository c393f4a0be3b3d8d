/** What a job of GitHub Actions does with a result: annotations in its log, its summary, and the pull request's comment. */
import { appendFile, readFile, stat } from 'node:fs/promises';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { githubAnnotations } from '../report/annotations.ts';
import { commentLimit, markdownReport, summaryLimit } from '../report/markdown.ts';
import type { Result } from '../results/result.ts';
import { type CommentOutcome, type CommentTarget, upsertComment } from './comment.ts';

export interface PublishOptions {
  /** Variables of the runner: `GITHUB_STEP_SUMMARY`, `GITHUB_EVENT_PATH` and so on. */
  env: NodeJS.ProcessEnv;
  /** Name of the comment; `null` = no comment. Jobs with different names have comments of their own. */
  comment: string | null;
  /** Takes lines for the job's log. */
  print(text: string): void;
}

const usage = (message: string, next: string): Trouble => new Trouble(message, next, exitCode.usage);

const needed = (env: NodeJS.ProcessEnv, name: string): string => {
  const value = env[name];
  if (value) return value;
  throw usage(`${name} is not set.`, 'GitHub sets it for every step; in an action, hand GITHUB_TOKEN over by env:.');
};

/** Number of the pull request that started the job; `null` where none did. */
const pullRequestNumber = async (env: NodeJS.ProcessEnv): Promise<number | null> => {
  const file = needed(env, 'GITHUB_EVENT_PATH');
  let event: unknown;
  try {
    event = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw usage(
      `The event in ${file} cannot be read (${(error as Error).name}).`,
      'GITHUB_EVENT_PATH must name a file.',
    );
  }
  const { pull_request: pull } = (event ?? {}) as { pull_request?: { number?: unknown } };
  return typeof pull?.number === 'number' && Number.isSafeInteger(pull.number) && pull.number > 0 ? pull.number : null;
};

const targetOf = (env: NodeJS.ProcessEnv, number: number): CommentTarget => {
  const apiUrl = env.GITHUB_API_URL || 'https://api.github.com';
  const repository = needed(env, 'GITHUB_REPOSITORY');
  const { protocol, hostname } = URL.canParse(apiUrl) ? new URL(apiUrl) : { protocol: '', hostname: '' };
  const isSafe =
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
  if (!isSafe) throw usage('GITHUB_API_URL is no https address.', 'The token is only sent over https.');
  if (!/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository)) {
    throw usage('GITHUB_REPOSITORY is not of the form OWNER/NAME.', 'GitHub sets it for every step.');
  }
  return { apiUrl, repository, number, token: needed(env, 'GITHUB_TOKEN') };
};

/** GitHub drops a summary that is too long as a whole: what is already in the file counts. */
const writeSummary = async (result: Result, file: string): Promise<void> => {
  const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return { size: 0 };
    throw error;
  });
  const room = summaryLimit - size - 1;
  if (room > 4_096) await appendFile(file, `${size > 0 ? '\n' : ''}${markdownReport(result, { limit: room })}`);
};

const outcomeText = (outcome: CommentOutcome): string =>
  outcome.state === 'refused'
    ? `coldlens: no comment. ${outcome.reason}\n`
    : `coldlens: comment ${outcome.state}${outcome.url === '' ? '' : `: ${outcome.url}`}\n`;

/**
 * Does the three in this order, so that the first two are there when the last one fails.
 * @throws Trouble when a variable of the runner is missing, or GitHub's API fails
 */
export const publishToGithub = async (result: Result, { env, comment, print }: PublishOptions): Promise<void> => {
  print(githubAnnotations(result));
  if (env.GITHUB_STEP_SUMMARY) await writeSummary(result, env.GITHUB_STEP_SUMMARY);
  if (comment === null) return;
  const number = await pullRequestNumber(env);
  if (number === null) {
    print('coldlens: no comment, because no pull request started this job\n');
    return;
  }
  const body = markdownReport(result, { limit: commentLimit, name: comment });
  print(outcomeText(await upsertComment(targetOf(env, number), body)));
};
