/** What is asked of git. It gets no shell, no ref that could be an option, and nothing of a git that runs us. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import { type JobEnd, mustRun, runJob } from './job.ts';

const maxMs = 120_000;
const maxRefChars = 200;

/** Set inside a git hook, they would make every git command work on another repository. */
const ofAnotherGit: readonly string[] = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
];

/** Our environment without what another git told us. */
export const gitEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofAnotherGit.includes(name))),
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});

const jobOf = (directory: string, args: readonly string[], signal: AbortSignal | undefined) => ({
  title: `git ${args.find((arg) => !arg.startsWith('-'))}`,
  file: 'git',
  // A repository's hooks are no part of checking it out.
  args: ['-c', 'core.hooksPath=/dev/null', ...args],
  cwd: directory,
  env: gitEnvironment(),
  maxMs,
  next: 'Mend the repository, or measure without --base.',
  signal,
});

/** @returns what it printed, trimmed @throws {@link Trouble} when it fails */
export const git = async (directory: string, args: readonly string[], signal?: AbortSignal): Promise<string> =>
  (await mustRun(jobOf(directory, args, signal))).trim();

/** How it ended: for questions whose answer may be no. */
export const tryGit = (directory: string, args: readonly string[], signal?: AbortSignal): Promise<JobEnd> =>
  runJob(jobOf(directory, args, signal));

/** A text that git itself would take for something else than one commit. */
const isHostile = (ref: string): boolean =>
  ref === '' || ref.length > maxRefChars || ref.startsWith('-') || /[\0-\x20\x7f:\\?*[]|\.\./.test(ref);

/** @throws {@link Trouble} (wrong usage) for a ref that is none */
export const checkRef = (ref: string): void => {
  if (!isHostile(ref)) return;
  const next = 'Give a branch, a tag or a commit, such as origin/main.';
  throw new Trouble(`"${clean(ref.slice(0, maxRefChars))}" is no name of a commit.`, next, exitCode.usage);
};

/** The top of the repository that holds `directory`; `null` outside of one. */
export const topOf = async (directory: string, signal?: AbortSignal): Promise<string | null> => {
  const end = await tryGit(directory, ['rev-parse', '--show-toplevel'], signal);
  if (end.state === 'not there') throw new Trouble('--base needs git, which is not installed.', 'Install git.');
  if (end.state === 'ended' && end.code === 0) return end.answer.replace(/\n$/, '');
  if (end.said.includes('not a git repository')) return null;
  const next = 'If the folder belongs to somebody else: git config --global --add safe.directory <folder>.';
  throw new Trouble(`git cannot read this repository: ${clean(end.said.trim())}`, next);
};

/** Full id of the commit that `ref` names; `null` where there is none, no repository, or no git. */
export const commitOf = async (directory: string, ref: string, signal?: AbortSignal): Promise<string | null> => {
  checkRef(ref);
  const end = await tryGit(directory, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], signal);
  return end.state === 'ended' && end.code === 0 ? end.answer.trim() : null;
};

/** Where a directory lies in its repository: `packages/api/`; '' at its top, and where there is none. */
export const placeInRepository = async (directory: string, signal?: AbortSignal): Promise<string> => {
  const end = await tryGit(directory, ['rev-parse', '--show-prefix'], signal);
  return end.state === 'ended' && end.code === 0 ? end.answer.replace(/\n$/, '') : '';
};

/** @throws {@link Trouble} that tells a shallow clone from a wrong name */
export const mustFind = async (directory: string, ref: string, signal?: AbortSignal): Promise<string> => {
  const commit = await commitOf(directory, ref, signal);
  if (commit !== null) return commit;
  const isShallow = (await git(directory, ['rev-parse', '--is-shallow-repository'], signal)) === 'true';
  const [, remote = 'origin', branch = ref] = /^(origin|upstream)\/(.+)$/.exec(ref) ?? [];
  if (isShallow) {
    throw new Trouble(
      `This clone is shallow and does not hold ${clean(ref)}.`,
      `Fetch it: git fetch --depth=1 ${remote} ${clean(branch)}:refs/remotes/${remote}/${clean(branch)}; in GitHub Actions give actions/checkout fetch-depth: 0.`,
    );
  }
  throw new Trouble(`There is no commit ${clean(ref)} in this repository.`, `Fetch it: git fetch ${remote}.`);
};
