/** `publish`: shows a result where a job of GitHub Actions shows things. */
import { exitCode } from '@coldlens/collector/trouble';
import { command } from '../cli/command.ts';
import type { Read } from '../cli/option.ts';
import { quoted } from '../cli/readers.ts';
import { usage } from '../cli/usage.ts';

const commentName: Read<string> = (text, option) => {
  if (/^[\w.-]{1,40}$/.test(text)) return text;
  throw usage(
    `${option} is ${quoted(text)}, which is no plain name.`,
    'Use up to 40 letters, digits, dots and dashes.',
  );
};

export const publish = command({
  name: 'publish',
  summary: 'in GitHub Actions: annotations, step summary, and the comment of the pull request',
  examples: ['coldlens-bench publish coldlens.json', 'coldlens-bench publish coldlens.json --comment report'],
  words: { name: 'result', help: 'the file that bench --json-file wrote' },
  options: {
    comment: {
      value: 'NAME',
      help: 'make or edit the comment of this name in the pull request; needs GITHUB_TOKEN',
      read: commentName,
    },
  },
  async run({ comment }, { words: [file, ...more] }) {
    if (file === undefined || more.length > 0) {
      throw usage('publish takes one result.', 'Give the file that coldlens bench --json-file FILE wrote.');
    }
    const [{ readResult }, { publishToGithub }] = await Promise.all([
      import('../results/history.ts'),
      import('./github.ts'),
    ]);
    await publishToGithub(await readResult(file), {
      env: process.env,
      comment: comment ?? null,
      print: (text) => process.stdout.write(text),
    });
    return exitCode.fine;
  },
});
