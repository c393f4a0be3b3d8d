/** The `coldlens` command. */
import { existsSync, readFileSync } from 'node:fs';
import { configFileName, type Program, runProgram } from '@coldlens/benchmarks/cli';
import { settingsFile } from '../settings/file.ts';

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

type Commands = Pick<Program, 'commands' | 'sections'>;

/** Commands that somebody looks at the screen for: loaded without the others, they show something twice as early. */
const alone: ReadonlyMap<string, () => Promise<Commands>> = new Map([
  ['top', async () => ({ commands: [(await import('../commands/top.ts')).top], sections: {} })],
]);

/** A configuration may hold what only the others know, and every value of it is checked. */
const commandsFor = async ([name = '']: readonly string[]): Promise<Commands> =>
  (existsSync(configFileName) ? undefined : alone.get(name)?.()) ?? import('../commands/index.ts');

/** Runs one command line (without node and script) and ends the process. */
export const main = async (args: readonly string[]): Promise<void> => {
  const { commands, sections } = await commandsFor(args);
  await runProgram(
    {
      name: 'coldlens',
      description: 'Finds out why serverless functions start cold, what it costs, and stops it from getting worse.',
      version: version(),
      commands,
      sections,
      personalFile: settingsFile(),
    },
    args,
  );
};
