/** Reads what options are to be where nothing else says so: `coldlens.config.json` of the working directory, and a person's own file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Program, Sections } from './command.ts';
import { jsonComplaint } from './json-place.ts';
import { nearest } from './nearest.ts';
import { type OptionSpec, readAll } from './option.ts';
import { quoted } from './readers.ts';
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
 * The project's own. A missing file is an empty one. Every value is checked, also those that this command does not use.
 * @throws `Trouble` with exit code 2 for anything that is not a JSON object of known keys with allowed values
 */
export const readConfig = (directory: string, { commands, sections }: Pick<Program, 'commands' | 'sections'>): Config =>
  configIn(join(directory, configFileName), configFileName, commands.flatMap(specsOf), sections);

/**
 * What a person has wished for once and for all, wherever commands are started: options that are `personal`, by their keys.
 * @throws as {@link readConfig}
 */
export const readPersonal = (file: string, { commands }: Pick<Program, 'commands'>): Config =>
  configIn(file, file, commands.flatMap(specsOf).filter(isPersonal), {});

const specsOf = ({ options }: Command): OptionSpec[] => Object.values(options);

export const isPersonal = ({ personal }: OptionSpec): boolean => personal === true;

function configIn(path: string, file: string, all: readonly OptionSpec[], sections: Sections): Config {
  const config = { file, values: new Map<string, string[]>(), sections: new Map<string, unknown>() };
  const text = readIfThere(path, file);
  if (text === undefined) return config;

  const specs = new Map(all.flatMap(keyed));
  for (const [key, value] of Object.entries(parsed(text, file))) {
    const where = `${key} in ${file}`;
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
      const near = nearest(key, known);
      throw usage(
        `${file} has the unknown key ${quoted(key)}.`,
        `${near === undefined ? '' : `Did you mean ${near}? `}Use only ${known.join(', ')}.`,
      );
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

function readIfThere(path: string, file: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw usage(`${file} cannot be read: ${(error as Error).message}.`, 'Make it readable or remove it.', error);
  }
}

function parsed(text: string, file: string): object {
  const complaint = jsonComplaint(text);
  if (complaint !== undefined) {
    const { message, line, column } = complaint;
    throw usage(`${file} is no JSON: ${message}, at line ${line}, column ${column}.`, 'Mend it or remove it.');
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usage(`${file} holds no JSON object.`, 'Write it like {"since": "7d"}');
}
