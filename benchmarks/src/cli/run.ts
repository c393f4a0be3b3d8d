/** Runs a program's command line, and turns what went wrong into words and an exit code. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { CommanderError } from 'commander';
import { buildParser } from './build.ts';
import { clean } from './clean.ts';
import type { Program } from './command.ts';
import { hideSecrets } from './title.ts';
import { usage } from './usage.ts';

/**
 * Runs one command line (without node and script) and ends the process with the command's exit code: 0 fine, 1 a check
 * failed, 2 wrong usage, 3 the service or the measurement failed.
 */
export async function runProgram(program: Program, args: readonly string[]): Promise<void> {
  const { name } = program;
  hideSecrets(program, args);
  leaveQuietlyOnBrokenPipe();
  // Also for what is thrown outside the command's own promise, such as in a timer.
  process.once('uncaughtException', (error) => process.exit(report(name, error)));
  let code: number = exitCode.fine;
  try {
    if (args.length === 0) throw usage('No command was given.', `Run ${name} --help to see the commands.`);
    const parser = buildParser(program, (result) => {
      code = result;
    });
    await parser.parseAsync(args, { from: 'user' });
  } catch (error) {
    code = report(name, error);
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

/** Prints what went wrong and says with which code to leave. */
function report(name: string, error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version are thrown as well, with exit code 0 and already printed.
    if (error.exitCode === 0) return exitCode.fine;
    // An option that is not known here may be one for a secret: its value is not repeated.
    const text = error.message
      .replace(/^error: /, '')
      .replace(/('--?[^'=]*)=[^']*'/, "$1'")
      .replaceAll('\n', ' ');
    const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
    return report(name, usage(sentence, `Run ${name} --help, or ${name} COMMAND --help.`));
  }
  if (error instanceof Trouble) {
    process.stderr.write(`${name}: ${clean(error.message)}\n  next: ${clean(error.next)}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${name}: A defect of coldlens stopped it.\n  next: Report it with these lines.\n${stack.split('\n').map(clean).join('\n')}\n`,
  );
  return exitCode.failed;
}
