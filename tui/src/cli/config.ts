/** Reads `coldlens.config.json` from the working directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, Trouble } from '@coldlens/collector';
import { optionNames, specOf } from './option-table.ts';

export const configFileName = 'coldlens.config.json';

export interface ConfigValues {
  file: string;
  /** By configuration key, as text that the options' readers take. */
  values: ReadonlyMap<string, string>;
}

const usage = (message: string, next: string, cause?: unknown): Trouble =>
  new Trouble(message, next, exitCode.usage, { cause });

/**
 * A missing file is an empty one. Every value is checked, also those that this command does not use.
 * @throws {@link Trouble} with exit code 2 for anything that is not a JSON object of known keys with allowed values.
 */
export function readConfig(directory: string): ConfigValues {
  const text = readIfThere(join(directory, configFileName));
  const values = new Map<string, string>();
  if (text === undefined) return { file: configFileName, values };

  const readers = new Map(optionNames.flatMap((name) => entry(specOf(name))));
  for (const [key, value] of Object.entries(parsed(text))) {
    const read = readers.get(key);
    if (read === undefined) {
      throw usage(
        `${configFileName} has the unknown key ${JSON.stringify(key)}.`,
        `Use only ${[...readers.keys()].join(', ')}.`,
      );
    }
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw usage(`${key} in ${configFileName} is neither a text nor a number.`, `Give ${key} one of the two.`);
    }
    read(String(value), `${key} in ${configFileName}`);
    values.set(key, String(value));
  }
  return { file: configFileName, values };
}

const entry = ({ config, read }: ReturnType<typeof specOf>): [string, typeof read][] =>
  config === undefined ? [] : [[config, read]];

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
    throw usage(`${configFileName} is no JSON: ${(error as Error).message}.`, 'Mend it or remove it.', error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usage(`${configFileName} holds no JSON object.`, 'Write it like {"port": 4318}');
}
