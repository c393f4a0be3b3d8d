/** One option, said once: flag, environment variable, configuration key, default, bounds and help. */

/**
 * @param option as the person wrote it, such as `--port` or `COLDLENS_PORT`
 * @throws `Trouble` with exit code 2 when the text is not allowed
 */
export type Read<T> = (text: string, option: string) => T;

export interface OptionSpec<T = unknown> {
  /** Placeholder in the help; absent for a switch. */
  value?: string;
  /** Environment variable; absent for what belongs to one call only. */
  env?: string;
  /** Key in `coldlens.config.json`; absent for what belongs to one call only. */
  config?: string;
  /** As a person would write it; absent = the value may be missing. */
  default?: string;
  help: string;
  /** A switch that means one value of this option. */
  shorthand?: { flag: string; means: string };
  /** May be given again, and takes several at once with commas between; in the configuration also as an array. */
  many?: true;
  /** A matter of taste: may also stand in a person's own file, by its configuration key. */
  personal?: true;
  /** Never shown to anyone again: not in messages, not in the process's title. */
  isSecret?: true;
  /** Of the options in one group only one can be given. */
  group?: string;
  /** Reads one value. */
  read: Read<T>;
}

/** Options by the name of their flag, in the order of the help. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type One<Spec extends OptionSpec> = ReturnType<Spec['read']>;

type ValueOf<Spec extends OptionSpec> = Spec extends { many: true }
  ? One<Spec>[]
  : Spec extends { default: string; group?: never }
    ? One<Spec>
    : One<Spec> | undefined;

/** What a command is given: nothing is missing that has a default, unless another one of its group was given. */
export type Values<Table extends OptionTable> = { [Name in keyof Table]: ValueOf<Table[Name]> };

/** The options of a command, from the table of all. */
export function pick<Table extends OptionTable, const Name extends keyof Table & string>(
  table: Table,
  names: readonly Name[],
): Pick<Table, Name> {
  // The entries are the table's own, which is what Pick says; entries cannot carry that.
  return Object.fromEntries(names.map((name) => [name, table[name]])) as Pick<Table, Name>;
}

/** Reads all that was given of an option. @param from as the person wrote it */
export function readAll<T>({ many, read }: OptionSpec<T>, texts: readonly string[], from: string): T[] {
  const single = many ? texts.flatMap((text) => text.split(',')).map((text) => text.trim()) : texts;
  return single.map((text) => read(text, from));
}
