/** Makes the parser of a command line from the table of commands. */
import { Command as Commander, Option } from 'commander';
import type { Command, Program } from './command.ts';
import { isPersonal, readConfig, readPersonal } from './config.ts';
import type { OptionSpec } from './option.ts';
import { resolveOptions } from './resolve.ts';

const versionHelp = 'print the version';

/** @param finish is told the exit code of the command that ran */
export function buildParser(program: Program, finish: (code: number) => void): Commander {
  const parser = new Commander(program.name)
    .description(program.description)
    .version(program.version, '-V, --version', versionHelp)
    // Behind a command's name an option is the command's own.
    .enablePositionalOptions()
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    // The settings before this line are inherited by the commands.
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  for (const command of program.commands) addCommand(parser, program, command, finish);
  return parser;
}

function addCommand(parser: Commander, program: Program, command: Command, finish: (code: number) => void): void {
  const sub = parser.command(command.name).description(command.summary).allowExcessArguments(false);
  if (command.words) sub.argument(`[${command.words.name}...]`, command.words.help);
  for (const [name, spec] of Object.entries(command.options)) {
    for (const option of optionsFor(name, spec)) sub.addOption(option);
  }
  sub.version(program.version, Object.hasOwn(command.options, 'version') ? '-V' : '-V, --version', versionHelp);
  const examples = command.examples.map((example) => `  ${program.name} ${example}\n`);
  sub.addHelpText('after', `\nExamples:\n${examples.join('')}`);
  sub.action(async () => {
    const config = readConfig(process.cwd(), program);
    const flags = Object.fromEntries(sub.options.map((option) => [option.name(), sub.opts()[option.attributeName()]]));
    // What is read by a program is not to depend on who started it.
    const isForPerson = process.stdout.isTTY && Object.values(command.options).some(isPersonal);
    const personal =
      program.personalFile === undefined || !isForPerson ? undefined : readPersonal(program.personalFile, program);
    const values = resolveOptions(command.options, { flags, env: process.env, config, personal });
    finish(await command.run(values, { words: sub.args, config }));
  });
}

/** Reading is left to the options' readers, so that flags, variables and configuration are refused in the same words. */
function optionsFor(name: string, spec: OptionSpec): Option[] {
  const main = new Option(spec.value === undefined ? `--${name}` : `--${name} <${spec.value}>`, helpOf(spec));
  if (spec.many) main.argParser((text, before: string[] | undefined) => [...(before ?? []), text]);
  if (spec.shorthand === undefined) return [main];
  return [main, new Option(`--${spec.shorthand.flag}`, `the same as --${name} ${spec.shorthand.means}`)];
}

function helpOf({ help, default: standard, env, many }: OptionSpec): string {
  const facts = [
    standard === undefined ? '' : `default ${standard}`,
    many ? 'several with commas, or repeated' : '',
    env === undefined ? '' : `env ${env}`,
  ];
  const known = facts.filter((fact) => fact !== '').join(', ');
  return known === '' ? help : `${help} (${known})`;
}
