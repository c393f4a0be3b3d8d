/**
 * One cold start: a fresh process of the target in its real runtime, called once, its answer checked, its figures read,
 * and everything ended that it started. The process sees nothing of our environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import type { Answer, Instance, ObservedInvocation } from '../sandboxes/instance.ts';
import { processTree, signalAll } from '../sandboxes/lambda/process-tree.ts';
import { NodeInstance } from '../sandboxes/node/instance.ts';
import type { Target } from '../targets/target.ts';
import { instanceFor } from './instance-for.ts';
import { killMarked, newMark } from './leftovers.ts';
import { dropFromPageCache } from './page-cache.ts';
import { type ProcessFigures, processFigures } from './process-figures.ts';
import type { Condition, Sample } from './sample.ts';

export interface StartOptions {
  /** Ends the start at once, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Most milliseconds from spawn to response, whatever the target allows itself. Default 60,000. */
  maxMs?: number;
}

const defaultMaxMs = 60_000;
/** For what a function does when it is told to end, such as writing its compile cache. */
const farewellMs = 1_000;
/** A killed process is gone within milliseconds; this bounds a machine that hangs. */
const goneMaxMs = 10_000;
const lookEveryMs = 5;
const maxShownChars = 300;

/** @throws {@link Trouble} (wrong usage) for a condition that the target's platform does not know */
const checkCondition = ({ name, platform }: Target, { node, memoryMb, limitCpu }: Condition): void => {
  if (platform === 'workers' && node !== undefined) {
    throw new Trouble(`${clean(name)} runs in workerd and not in Node.`, 'Leave the Node version out.', exitCode.usage);
  }
  if (platform !== 'lambda' && (memoryMb !== undefined || limitCpu)) {
    const what = `CPU does not follow memory on ${platform}, where ${clean(name)} runs.`;
    throw new Trouble(what, 'Give a memory size for Lambda functions only.', exitCode.usage);
  }
};

const shown = (text: string): string => {
  const line = clean(text.trim());
  return line.length > maxShownChars ? `${line.slice(0, maxShownChars)}...` : line;
};

/** @throws {@link Trouble} unless the answer is what was expected: a failure is no fast start */
const checkAnswer = (answer: Answer, { name, expect, timeoutMs }: Target): void => {
  const fn = `Function ${clean(name)}`;
  if (answer.state === 'timed out') {
    const what = `${fn} did not answer within its ${timeoutMs / 1_000} s and was ended.`;
    throw new Trouble(what, 'Mend what it waits for, or give it more time.');
  }
  if (answer.state === 'failed') {
    const what = `${fn} failed: ${shown(`${answer.errorType} ${answer.body}`)}`;
    throw new Trouble(what, 'Mend the function, or give it an event that it can work with.');
  }
  if (expect !== undefined && !answer.body.includes(expect)) {
    const what = `${fn} answered wrongly: "${shown(expect)}" is not in "${shown(answer.body)}".`;
    throw new Trouble(what, 'Mend the function, or what is expected of it.');
  }
};

const unknown: ProcessFigures = { cpuMs: null, rssMb: null };

/** A program that has ended has left its own figures; of a living process the kernel tells. */
const figuresOf = (instance: Instance): ProcessFigures => {
  if (instance instanceof NodeInstance) return instance.figures ?? unknown;
  return instance.pid === undefined ? unknown : processFigures(instance.pid);
};

const killTree = ({ pid, alive }: Instance): void => {
  if (pid !== undefined && alive) signalAll(processTree(pid), 'SIGKILL');
};

/**
 * Ends the instance and whatever it started. A start that is still under way may yet spawn its process: it is waited for.
 * @param graceMs what the function has to end by itself
 */
const endAll = async (
  instance: Instance,
  start: Promise<unknown>,
  mark: Record<string, string>,
  graceMs: number,
): Promise<void> => {
  const giveUpMs = performance.now() + graceMs + goneMaxMs;
  const stopped = graceMs > 0 ? instance.stop() : undefined;
  if (stopped) await Promise.race([stopped, sleep(graceMs, undefined, { ref: false })]);
  let isOver = false;
  const over = start.then(
    () => undefined,
    () => undefined,
  );
  void over.then(() => {
    isOver = true;
  });
  await Promise.race([over, sleep(0)]);
  while ((instance.alive || !isOver) && performance.now() < giveUpMs) {
    killTree(instance);
    await sleep(lookEveryMs);
  }
  // Before the sandbox's own end, which hears out what holds the function's output open.
  await killMarked(mark);
  await (stopped ?? instance.stop());
};

export interface RunOptions extends StartOptions {
  /** Most milliseconds that the process has to end by itself once it has answered. */
  farewellMs: number;
}

/**
 * Starts the target, hands its first answer over while it still runs, and ends it with everything that it has started.
 * @param read what is to be had of the running instance
 * @throws {@link Trouble} when it cannot be started, hangs, fails or answers wrongly (exit code 3), or when the condition
 * is none for its platform (2); the signal's reason when aborted. In every case nothing is left running.
 */
export const runOnce = async <T>(
  target: Target,
  condition: Condition,
  { signal, maxMs = defaultMaxMs, farewellMs }: RunOptions,
  read: (started: ObservedInvocation, instance: Instance) => T,
): Promise<T> => {
  signal?.throwIfAborted();
  checkCondition(target, condition);
  if (condition.pageCache === 'dropped') await dropFromPageCache(target, signal);
  const mark = newMark();
  // Variables of a Worker are bindings, and it can start no process.
  const marks = target.platform === 'workers' ? {} : mark;
  const instance = instanceFor(target, { ...condition, environment: { ...condition.environment, ...marks } });
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => undefined);
  const late = new Trouble(
    `Function ${clean(target.name)} did not answer within ${maxMs / 1_000} s and was ended.`,
    'Mend what it waits for.',
  );
  const timer = setTimeout(() => cut.reject(late), maxMs);
  const abort = (): void => cut.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  let graceMs = 0;
  const start = instance.start(target.event);
  try {
    const started = await Promise.race([start, cut.promise]);
    const found = read(started, instance);
    checkAnswer(started.answer, target);
    // workerd would wait a second for work after the response, and has nothing to keep.
    if (target.platform !== 'workers') graceMs = farewellMs;
    return found;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await endAll(instance, start, mark, graceMs);
  }
};

/** Starts the target once and measures it. @throws as {@link runOnce} does */
export const startOnce = (target: Target, condition: Condition, options: StartOptions = {}): Promise<Sample> =>
  runOnce(target, condition, { ...options, farewellMs }, ({ latencyMs, spawnToReadyMs = null }, instance) => ({
    coldMs: latencyMs,
    readyMs: spawnToReadyMs,
    ...figuresOf(instance),
  }));
