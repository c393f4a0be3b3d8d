/** Finds each option's value: flag, then environment, then `coldlens.config.json`, then the default. */
import { exitCode, Trouble } from '@coldlens/collector';
import type { ConfigValues } from './config.ts';
import { type OptionName, type OptionSpec, specOf, type Values } from './option-table.ts';
import { quoted } from './readers.ts';

/** A text and the words for where it came from. */
interface Given {
  text: string;
  from: string;
}

type Level = 'flag' | 'env' | 'config';
const levels: readonly Level[] = ['flag', 'env', 'config'];

export interface Inputs {
  /** What the command line said, by the flags' names; `true` for a switch. */
  flags: Readonly<Record<string, string | true | undefined>>;
  env: NodeJS.ProcessEnv;
  config: ConfigValues;
}

/** @throws {@link Trouble} with exit code 2 for a value out of bounds or options that exclude each other. */
export function resolveOptions<Name extends OptionName>(names: readonly Name[], inputs: Inputs): Values<Name> {
  const unwanted = losersOfGroups(names, inputs);
  const entries = names.map((name): [Name, unknown] => {
    if (unwanted.has(name)) return [name, undefined];
    const spec = specOf(name);
    const given = levels.map((level) => givenAt(level, name, inputs)).find((found) => found !== undefined);
    const text = given?.text ?? spec.default;
    return [name, text === undefined ? undefined : spec.read(text, given?.from ?? `--${name}`)];
  });
  // Each entry was read by its own option's reader, which is what Values says; entries cannot carry that.
  return Object.fromEntries(entries) as Values<Name>;
}

function givenAt(level: Level, name: OptionName, { flags, env, config }: Inputs): Given | undefined {
  const spec = specOf(name);
  if (level === 'flag') return flagGiven(name, spec, flags);
  if (level === 'env') {
    const text = spec.env === undefined ? undefined : env[spec.env];
    return text === undefined || text === '' ? undefined : { text, from: spec.env ?? '' };
  }
  const text = spec.config === undefined ? undefined : config.values.get(spec.config);
  return text === undefined ? undefined : { text, from: `${spec.config} in ${config.file}` };
}

function flagGiven(name: OptionName, { shorthand }: OptionSpec<unknown>, flags: Inputs['flags']): Given | undefined {
  const direct = flags[name];
  const short = shorthand !== undefined && flags[shorthand.flag] === true ? shorthand : undefined;
  if (short !== undefined && direct !== undefined && direct !== short.means) {
    throw new Trouble(
      `--${short.flag} and --${name} ${quoted(String(direct))} ask for different things.`,
      'Leave out one of them.',
      exitCode.usage,
    );
  }
  if (direct !== undefined) return { text: String(direct), from: `--${name}` };
  return short === undefined ? undefined : { text: short.means, from: `--${short.flag}` };
}

/** The members of a group that do not count, because another one was given at a higher level. */
function losersOfGroups(names: readonly OptionName[], inputs: Inputs): Set<OptionName> {
  const members = names.filter((name) => specOf(name).group === 'store');
  for (const level of levels) {
    const given = members.filter((name) => givenAt(level, name, inputs) !== undefined);
    if (given.length > 1) {
      const written = given.map((name) => givenAt(level, name, inputs)?.from ?? name).join(' and ');
      throw new Trouble(`${written} exclude each other.`, 'Give only one of them.', exitCode.usage);
    }
    if (given.length === 1) return new Set(members.filter((name) => name !== given[0]));
  }
  return new Set();
}
