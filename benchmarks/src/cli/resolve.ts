/** Finds each option's value: flag, then environment, then `coldlens.config.json`, then the person's own file, then the default. */
import type { Config } from './config.ts';
import { type OptionSpec, type OptionTable, readAll, type Values } from './option.ts';
import { quoted } from './readers.ts';
import { usage } from './usage.ts';

/** Texts and the words for where they came from; several only of options that take many. */
interface Given {
  texts: readonly string[];
  from: string;
}

type Level = 'flag' | 'env' | 'config' | 'personal';
const levels: readonly Level[] = ['flag', 'env', 'config', 'personal'];

export interface Inputs {
  /** What the command line said, by the flags' names; `true` for a switch. */
  flags: Readonly<Record<string, string | true | readonly string[] | undefined>>;
  env: NodeJS.ProcessEnv;
  config: Pick<Config, 'file' | 'values'>;
  /** Absent = nobody's. */
  personal?: Pick<Config, 'file' | 'values'> | undefined;
}

/** @throws `Trouble` with exit code 2 for a value out of bounds or options that exclude each other */
export function resolveOptions<const Table extends OptionTable>(table: Table, inputs: Inputs): Values<Table> {
  const unwanted = losersOfGroups(table, inputs);
  const entries = Object.entries(table).map(([name, spec]): [string, unknown] => {
    if (unwanted.has(name)) return [name, undefined];
    const given = levels.map((level) => givenAt(level, name, spec, inputs)).find((found) => found !== undefined);
    const { texts, from } = given ?? { texts: spec.default === undefined ? [] : [spec.default], from: `--${name}` };
    const read = readAll(spec, texts, from);
    return [name, spec.many ? read : read[0]];
  });
  // Each entry was read by its own option's reader, which is what Values says; entries cannot carry that.
  return Object.fromEntries(entries) as Values<Table>;
}

function givenAt(level: Level, name: string, spec: OptionSpec, inputs: Inputs): Given | undefined {
  if (level === 'flag') return flagGiven(name, spec, inputs.flags);
  if (level === 'env') return envGiven(spec, inputs.env);
  const config = inputs[level];
  const texts = spec.config === undefined ? undefined : config?.values.get(spec.config);
  return config === undefined || texts === undefined ? undefined : { texts, from: `${spec.config} in ${config.file}` };
}

function flagGiven(name: string, { shorthand }: OptionSpec, flags: Inputs['flags']): Given | undefined {
  const direct = flags[name];
  const short = shorthand !== undefined && flags[shorthand.flag] === true ? shorthand : undefined;
  if (short !== undefined && direct !== undefined && direct !== short.means) {
    throw usage(
      `--${short.flag} and --${name} ${quoted(String(direct))} ask for different things.`,
      'Leave out one of them.',
    );
  }
  if (direct !== undefined) return { texts: [direct].flat().map(String), from: `--${name}` };
  return short === undefined ? undefined : { texts: [short.means], from: `--${short.flag}` };
}

/** An empty variable is none. A switch is on with 1 or true, off with 0 or false. */
function envGiven(spec: OptionSpec, env: NodeJS.ProcessEnv): Given | undefined {
  const text = spec.env === undefined ? undefined : env[spec.env];
  if (spec.env === undefined || text === undefined || text === '') return undefined;
  if (spec.value !== undefined) return { texts: [text], from: spec.env };
  if (['1', 'true'].includes(text)) return { texts: ['true'], from: spec.env };
  if (['0', 'false'].includes(text)) return { texts: [], from: spec.env };
  throw usage(`${spec.env} is ${quoted(text)}, which is none of 1, true, 0, false.`, 'Choose one of these.');
}

/** The members of groups that do not count, because another one was given at a higher level. */
function losersOfGroups(table: OptionTable, inputs: Inputs): Set<string> {
  const groups = Map.groupBy(Object.entries(table), ([, { group }]) => group);
  return new Set([...groups].flatMap(([group, members]) => (group === undefined ? [] : losersOf(members, inputs))));
}

function losersOf(members: readonly [string, OptionSpec][], inputs: Inputs): string[] {
  for (const level of levels) {
    const given = members.flatMap(([name, spec]) => {
      const found = givenAt(level, name, spec, inputs);
      return found === undefined ? [] : [{ name, from: found.from }];
    });
    if (given.length > 1) {
      throw usage(`${given.map(({ from }) => from).join(' and ')} exclude each other.`, 'Give only one of them.');
    }
    if (given.length === 1) return members.map(([name]) => name).filter((name) => name !== given[0]?.name);
  }
  return [];
}
