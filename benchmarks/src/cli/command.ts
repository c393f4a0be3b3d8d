/** What a command is: a name, its options, and what it does with their values. */
import type { ExitCode } from '@coldlens/collector/trouble';
import type { Config } from './config.ts';
import type { OptionTable, Values } from './option.ts';

/** What a command is given beside the values of its options. */
export interface Call {
  /** The words on the command line that are no options. */
  words: readonly string[];
  config: Config;
}

export interface Command {
  name: string;
  summary: string;
  /** Shown at the end of `--help`, after the program's name. */
  examples: readonly string[];
  options: OptionTable;
  /** The words that it takes beside options, any number of them; absent = none. */
  words?: { name: string; help: string };
  /** @returns the exit code. Throws `Trouble` for what a person has to mend. */
  run(values: Values<OptionTable>, call: Call): Promise<ExitCode>;
}

/** Ties the values' types to the command's own options. */
export function command<const Options extends OptionTable>(
  definition: Omit<Command, 'options' | 'run'> & {
    options: Options;
    run(values: Values<Options>, call: Call): Promise<ExitCode>;
  },
): Command {
  return definition as Command;
}

/** A program of several commands. */
export interface Program {
  name: string;
  description: string;
  version: string;
  commands: readonly Command[];
  /** Keys of `coldlens.config.json` that hold more than an option's value. */
  sections: Sections;
  /** Where a person's own wishes are kept, if they are there; absent = nowhere. Not looked at where no terminal is written to. */
  personalFile?: string;
}

/** @throws `Trouble` with exit code 2 when the value is not allowed */
export type Sections = Readonly<Record<string, (value: unknown, where: string) => unknown>>;
