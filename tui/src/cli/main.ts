/** The `coldlens` command: builds the commands from their table, runs one, and turns what went wrong into words. */
import { readFileSync } from 'node:fs';
import { exitCode, Trouble } from '@coldlens/collector';
import { Command as Commander, CommanderError, Option } from 'commander';
import { commands } from '../commands/index.ts';
import { clean } from '../format/clean.ts';
import type { Command } from './command.ts';
import { readConfig } from './config.ts';
import { type OptionName, specOf } from './option-table.ts';
import { resolveOptions } from './resolve.ts';

/**
 * Runs one command line (without node and script) and ends the process with the command's exit code: 0 fine, 1 a check
 * failed, 2 wrong usage, 3 the service failed.
 */
export async function main(args: readonly string[]): Promise<void> {
  leaveQuietlyOnBrokenPipe();
  // Also for what is thrown outside the command's own promise, such as in a timer.
  process.once('uncaughtException', (error) => process.exit(report(error)));
  let code: number = exitCode.fine;
  try {
    if (args.length === 0)
      throw new Trouble('No command was given.', 'Run coldlens --help to see the commands.', exitCode.usage);
    const program = buildProgram((result) => {
      code = result;
    });
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    code = report(error);
  }
  // Written output may still be on its way to a slow pipe; anything else that lives on is of no use any more.
  await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit(code);
}

/** `coldlens top --once | head -3` is no failure. */
function leaveQuietlyOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCode.fine : exitCode.failed);
  });
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> => new Promise((done) => stream.write('', () => done()));

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

function buildProgram(finish: (code: number) => void): Commander {
  const program = new Commander('coldlens')
    .description('Finds out why serverless functions start cold, what it costs, and stops it from getting worse.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    // The settings before this line are inherited by the commands.
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  for (const definition of commands) addCommand(program, definition, finish);
  return program;
}

function addCommand(program: Commander, definition: Command, finish: (code: number) => void): void {
  const sub = program.command(definition.name).description(definition.summary).allowExcessArguments(false);
  for (const name of definition.options) for (const option of optionsFor(name)) sub.addOption(option);
  sub.addHelpText('after', `\nExamples:\n${definition.examples.map((example) => `  ${example}\n`).join('')}`);
  sub.action(async () => {
    const config = readConfig(process.cwd());
    const values = resolveOptions(definition.options, { flags: sub.opts(), env: process.env, config });
    // The command's own run takes just the options that it picked.
    finish(await definition.run(values));
  });
}

/** Parsing is left to our readers, so that flags, variables and configuration are refused in the same words. */
function optionsFor(name: OptionName): Option[] {
  const { value, env, default: standard, help, shorthand } = specOf(name);
  const facts = [standard === undefined ? '' : `default ${standard}`, env === undefined ? '' : `env ${env}`];
  const known = facts.filter((fact) => fact !== '').join(', ');
  const text = known === '' ? help : `${help} (${known})`;
  const main = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, text);
  if (shorthand === undefined) return [main];
  return [main, new Option(`--${shorthand.flag}`, `the same as --${name} ${shorthand.means}`)];
}

/** Prints what went wrong and says with which code to leave. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version are thrown as well, with exit code 0 and already printed.
    if (error.exitCode === 0) return exitCode.fine;
    const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
    return report(new Trouble(sentence, 'Run coldlens --help, or coldlens COMMAND --help.', exitCode.usage));
  }
  if (error instanceof Trouble) {
    process.stderr.write(`coldlens: ${clean(error.message)}\n  next: ${clean(error.next)}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `coldlens: A defect of coldlens stopped it.\n  next: Report it with these lines.\n${stack.split('\n').map(clean).join('\n')}\n`,
  );
  return exitCode.failed;
}
