/** Keeps secrets of the command line out of what other users of this machine see of our process. */
import type { Program } from './command.ts';

/** Of an address: user and password. */
const login = /(\/\/)[^/@\s]*@/g;

/** The command line, each secret as `***`. */
export function printableArguments(args: readonly string[], { commands }: Pick<Program, 'commands'>): string[] {
  const secret = new Set(
    commands.flatMap(({ options }) =>
      Object.entries(options).flatMap(([name, spec]) => (spec.isSecret ? [`--${name}`] : [])),
    ),
  );
  return args.map((arg, index) => {
    if (secret.has(args[index - 1] ?? '')) return '***';
    const [flag = '', value] = arg.split(/=(.*)/s);
    if (value !== undefined && secret.has(flag)) return `${flag}=***`;
    return arg.replace(login, '$1***@');
  });
}

/** Overwrites the process's command line, where it holds a secret: `ps` and /proc show it to everyone. */
export function hideSecrets(program: Pick<Program, 'name' | 'commands'>, args: readonly string[]): void {
  const printable = printableArguments(args, program);
  if (printable.some((arg, index) => arg !== args[index])) process.title = [program.name, ...printable].join(' ');
}
