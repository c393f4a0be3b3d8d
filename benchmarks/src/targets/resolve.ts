/** From what a person asked for to what can be started: every file and export checked before anything is measured. */

import { quoted } from '../cli/readers.ts';
import { usage } from '../cli/usage.ts';
import type { Budgets } from '../compare/budgets.ts';
import type { Configured, ConfiguredFunction } from './config-functions.ts';
import type { Draft, Found } from './draft.ts';
import { type AskedEvent, readEvent } from './events.ts';
import { prepare } from './prepare/index.ts';
import { Scratch } from './scratch.ts';
import type { Target } from './target.ts';
import { fromDirectory, fromWord } from './words.ts';

export interface ResolveOptions {
  /** Directory that words and configuration are relative to. */
  cwd: string;
  configured: Configured;
  /** File or sample that every function is called with. */
  event?: string;
  /** Come before all others. */
  budgets?: Budgets;
}

export interface Resolved {
  targets: Target[];
  /** By the targets' names: what each may take at most. */
  budgets: ReadonlyMap<string, Budgets>;
  /** What was left out, or is not as in production: one sentence each. */
  notices: string[];
  /** Removes what was compiled for them. */
  remove(): Promise<void>;
}

/**
 * @param words handlers as a person wrote them; none = the configuration's functions, else those of the project files in
 * the directory
 * @throws `Trouble` with exit code 2 when there are none, or one cannot be started
 */
export const resolveTargets = async (words: readonly string[], options: ResolveOptions): Promise<Resolved> => {
  const { cwd, configured } = options;
  const found = await gathered(words, configured.functions, cwd);
  const drafts = unique(found.drafts);
  if (drafts.length === 0) {
    throw usage(found.notices[0] ?? 'The project has no functions.', 'Name a handler file, such as ./handler.js.');
  }
  const notices = [...found.notices];
  const scratch = new Scratch();
  const context = {
    scratch,
    event: options.event === undefined ? undefined : readEvent(options.event, cwd, '--event'),
    note: (notice: string): void => void notices.push(notice),
  };
  try {
    // One after the other, so that what is wrong is told in the order in which it was asked for.
    const targets: Target[] = [];
    const budgets = new Map<string, Budgets>();
    for (const draft of drafts) {
      const target = await prepare(draft, context);
      targets.push(target);
      budgets.set(target.name, { ...configured.budgets, ...draft.budgets, ...options.budgets });
    }
    return { targets, budgets, notices, remove: () => scratch.remove() };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
};

const gathered = async (
  words: readonly string[],
  functions: readonly ConfiguredFunction[],
  cwd: string,
): Promise<Found> => {
  if (words.length === 0 && functions.length === 0) return fromDirectory(cwd);
  const asked =
    words.length > 0
      ? [...new Set(words)].map((word) => fromName(word, functions, cwd))
      : functions.map((fn) => fromFunction(fn, cwd));
  const all = await Promise.all(asked);
  return { drafts: all.flatMap(({ drafts }) => drafts), notices: all.flatMap(({ notices }) => notices) };
};

/** A function of the configuration, by its name, before anything else. */
const fromName = (word: string, functions: readonly ConfiguredFunction[], cwd: string): Promise<Found> => {
  const named = functions.find(({ name }) => name === word);
  return named ? fromFunction(named, cwd) : fromWord(word, cwd);
};

const fromFunction = async (fn: ConfiguredFunction, cwd: string): Promise<Found> => {
  const { handler, name, event, ...said } = fn;
  const { drafts, notices } = await fromWord(handler, cwd);
  const [draft, ...more] = drafts;
  if (!draft || more.length > 0) {
    throw usage(
      `The handler ${quoted(handler)} of the configuration is not one function.`,
      'Name a file, or FILE#NAME.',
    );
  }
  const asked = event === undefined ? {} : { event: eventOf(event, cwd, name ?? handler) };
  const environment = { ...draft.environment, ...said.environment };
  return { drafts: [{ ...draft, ...said, environment, ...asked, ...(name !== undefined && { name }) }], notices };
};

/** Text is a file or a sample; anything else is the event itself. */
const eventOf = (event: unknown, cwd: string, of: string): AskedEvent =>
  typeof event === 'string' ? readEvent(event, cwd, `event of ${of}`) : { json: JSON.stringify(event) };

/** Reports tell functions apart by their names. */
const unique = (drafts: readonly Draft[]): Draft[] => {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const times = (seen.get(draft.name) ?? 0) + 1;
    seen.set(draft.name, times);
    return times === 1 ? draft : { ...draft, name: `${draft.name}-${times}` };
  });
};
