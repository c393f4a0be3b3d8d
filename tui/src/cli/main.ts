/** The `coldlens` command. */
import { readFileSync } from 'node:fs';
import { runProgram } from '@coldlens/benchmarks/cli';
import { commands, sections } from '../commands/index.ts';

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

/** Runs one command line (without node and script) and ends the process. */
export const main = (args: readonly string[]): Promise<void> =>
  runProgram(
    {
      name: 'coldlens',
      description: 'Finds out why serverless functions start cold, what it costs, and stops it from getting worse.',
      version: version(),
      commands,
      sections,
    },
    args,
  );
