/** Reads `coldlens.config.json` from the working directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './command.ts';
import { type OptionSpec, readAll } from './option.ts';
import { usage } from './usage.ts';

export const configFileName = 'coldlens.config.json';

export interface Config {
  file: string;
  /** By configuration key, as texts that the options' readers take. */
  values: ReadonlyMap<string, readonly string[]>;
  /** The parts that are no options, by key, as JSON has them. */
  sections: ReadonlyMap<string, unknown>;
}

/**
 * A missing file is an empty one. Every value is checked, also those that this command does not use.
 * @throws `Trouble` with exit code 2 for anything that is not a JSON object of known keys with allowed values
 */
export function readConfig(directory: string, { commands, sections }: Pick<Program, 'commands' | 'sections'>): Config {
  const config = { file: configFileName, values: new Map<string, string[]>(), sections: new Map<string, unknown>() };
  const text = readIfThere(join(directory, configFileName));
  if (text === undefined) return config;

  const specs = new Map(commands.flatMap(({ options }) => Object.values(options).flatMap(keyed)));
  for (const [key, value] of Object.entries(parsed(text))) {
    const where = `${key} in ${configFileName}`;
    const spec = specs.get(key);
    if (spec !== undefined) {
      const texts = textsOf(spec, value, where);
      readAll(spec, texts, where);
      config.values.set(key, texts);
    } else if (Object.hasOwn(sections, key)) {
      sections[key]?.(value, where);
      config.sections.set(key, value);
    } else {
      const known = [...specs.keys(), ...Object.keys(sections)];
      throw usage(`${configFileName} has the unknown key ${JSON.stringify(key)}.`, `Use only ${known.join(', ')}.`);
    }
  }
  return config;
}

const keyed = (spec: OptionSpec): [string, OptionSpec][] => (spec.config === undefined ? [] : [[spec.config, spec]]);

/** No text at all = a switch that is off. */
function textsOf(spec: OptionSpec, value: unknown, where: string): string[] {
  if (spec.value === undefined) {
    if (typeof value === 'boolean') return value ? ['true'] : [];
    throw usage(`${where} is neither true nor false.`, 'Give it one of the two.');
  }
  const all = spec.many && Array.isArray(value) ? value : [value];
  if (all.every((one) => typeof one === 'string' || typeof one === 'number')) return all.map(String);
  const allowed = spec.many ? 'no text, number, or array of these' : 'neither a text nor a number';
  throw usage(`${where} is ${allowed}.`, 'Give it one of them.');
}

/** Without the part of the file that V8 quotes: passwords may stand there. */
const complaintOf = ({ message }: Error): string => message.replace(/,? ?(\.\.\.)?".*$/s, '');

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw usage(
      `${configFileName} cannot be read: ${(error as Error).message}.`,
      'Make it readable or remove it.',
      error,
    );
  }
}

function parsed(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${configFileName} is no JSON: ${complaintOf(error as Error)}.`, 'Mend it or remove it.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usage(`${configFileName} holds no JSON object.`, 'Write it like {"port": 4318}');
}
