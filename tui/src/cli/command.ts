/** What a command is: a name, the options it picks from the table, and what it does with their values. */
import type { ExitCode } from '@coldlens/collector';
import type { OptionName, Values } from './option-table.ts';

export interface Command {
  name: string;
  summary: string;
  /** Shown at the end of `--help`. */
  examples: readonly string[];
  options: readonly OptionName[];
  /** @returns the exit code. Throws Trouble for what a person has to mend. */
  run(values: Values<OptionName>): Promise<ExitCode>;
}

/** Ties the values' types to the picked options. */
export function command<const Name extends OptionName>(definition: {
  name: string;
  summary: string;
  examples: readonly string[];
  options: readonly Name[];
  run(values: Values<Name>): Promise<ExitCode>;
}): Command {
  return definition as Command;
}
