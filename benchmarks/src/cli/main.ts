/** The `coldlens-bench` command: `why` and `bench` without the dashboard and the database. */
import { readFileSync } from 'node:fs';
import { commands, sections } from '../commands/index.ts';
import { runProgram } from './run.ts';

/** Options of the other commands of `coldlens`, which reads the same configuration. */
export const foreignKeys = [
  'host',
  'port',
  'tokens',
  'tlsCert',
  'tlsKey',
  'socketsPerAddress',
  'maxFunctions',
  'buffer',
  'bufferLimit',
  'tokenFile',
  'data',
  'clickhouse',
  'clickhouseRead',
  'cluster',
  'retention',
  'url',
  'prices',
  'client',
  'format',
  'sort',
  'since',
  'limit',
  'every',
  'logFormat',
  'logLevel',
  'theme',
  'columns',
  'mouse',
  'screenReader',
] as const;

/** Seen from `dist/src/cli`. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

/** Runs one command line (without node and script) and ends the process. */
export const main = (args: readonly string[]): Promise<void> =>
  runProgram(
    {
      name: 'coldlens-bench',
      description: 'Finds out why serverless functions start cold, and stops it from getting worse.',
      version: version(),
      commands,
      sections: { ...sections, ...Object.fromEntries(foreignKeys.map((key) => [key, () => undefined])) },
    },
    args,
  );
