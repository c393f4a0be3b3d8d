/** A program that prepares the base (git, npm, a build): bounded, heard, and gone with all its children afterwards. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import { killMarked, newMark } from '../measure/leftovers.ts';
import { processTree, signalAll } from '../sandboxes/lambda/process-tree.ts';
import { dieWithUs } from '../sandboxes/reaper.ts';

export interface Job {
  /** For people, at the beginning of a sentence: `npm ci in packages/api`. */
  title: string;
  file: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  maxMs: number;
  /** What to do when it fails. */
  next: string;
  signal?: AbortSignal | undefined;
}

/** What is kept of each stream: of the answer its beginning, of complaints their end. */
const maxAnswerChars = 1_048_576;
const maxSaidChars = 16_384;
const maxShownChars = 600;

export type JobEnd =
  | { state: 'ended'; code: number; answer: string; said: string }
  | { state: 'killed'; signal: string; said: string }
  | { state: 'not there' };

const listen = (stream: Readable, onText: (text: string) => void): void => {
  stream.setEncoding('utf8');
  stream.on('data', onText);
};

/**
 * Runs it to its end.
 * @throws {@link Trouble} when it takes too long; the signal's reason when aborted. It has ended then, with its children.
 */
export const runJob = async ({ title, file, args, cwd, env, maxMs, next, signal }: Job): Promise<JobEnd> => {
  signal?.throwIfAborted();
  const mark = newMark();
  // A group of its own: a Ctrl-C is for us, who end it in our own order.
  const child = spawn(file, args, { cwd, env: { ...env, ...mark }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  dieWithUs(child);
  let [answer, said] = ['', ''];
  listen(child.stdout, (text) => {
    if (answer.length < maxAnswerChars) answer += text;
    said = (said + text).slice(-maxSaidChars);
  });
  listen(child.stderr, (text) => {
    said = (said + text).slice(-maxSaidChars);
  });
  const over = Promise.withResolvers<JobEnd>();
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') over.resolve({ state: 'not there' });
    else over.reject(error);
  });
  // What it left behind would hold its output open.
  child.once('exit', () => void killMarked(mark));
  // `close` and not `exit`: the last words have been read by then.
  child.once('close', (code, by) =>
    over.resolve(by ? { state: 'killed', signal: by, said } : { state: 'ended', code: code ?? 1, answer, said }),
  );
  const cut = (reason: unknown): void => {
    if (child.pid !== undefined) signalAll(processTree(child.pid), 'SIGKILL');
    over.reject(reason);
  };
  const late = new Trouble(`${title} was not done after ${Math.round(maxMs / 1_000)} s and was ended.`, next);
  const timer = setTimeout(() => cut(late), maxMs);
  const abort = (): void => cut(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await over.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await killMarked(mark);
  }
};

/** @returns what it printed @throws {@link Trouble} also when it fails, with the end of what it said */
export const mustRun = async (job: Job): Promise<string> => {
  const end = await runJob(job);
  if (end.state === 'ended' && end.code === 0) return end.answer;
  if (end.state === 'not there') throw new Trouble(`${job.title} needs ${job.file}, which is not installed.`, job.next);
  const how = end.state === 'killed' ? end.signal : `exit code ${end.code}`;
  const said = clean(end.said.trim().slice(-maxShownChars));
  throw new Trouble(`${job.title} ended with ${how}.${said ? ` It said: ${said}` : ''}`, job.next);
};
