/** `functions` and `budgets` of `coldlens.config.json`. */
import type { Config } from '../cli/config.ts';
import { quoted } from '../cli/readers.ts';
import { usage } from '../cli/usage.ts';
import { type Budgets, readBudgets } from '../compare/budgets.ts';
import { asRecord, asText } from './loose.ts';
import { type TargetPlatform, targetPlatforms } from './target.ts';

export interface ConfiguredFunction {
  name?: string;
  /** As on the command line: a file, `file#export`, `src/app.handler`. */
  handler: string;
  platform?: TargetPlatform;
  memoryMb?: number;
  timeoutMs?: number;
  environment?: Readonly<Record<string, string>>;
  /** A file, the name of a sample, or the event itself. */
  event?: unknown;
  expect?: string;
  budgets?: Budgets;
}

export interface Configured {
  functions: readonly ConfiguredFunction[];
  /** For every function that has none of its own. */
  budgets: Budgets;
}

type Field = (value: unknown, where: string) => unknown;

const text: Field = (value, where) => {
  if (typeof value === 'string' && value !== '') return value;
  throw usage(`${where} is no text.`, 'Write it between quotes.');
};

const positive: Field = (value, where) => {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw usage(`${where} is no number above 0.`, 'Give such a number.');
};

const platform: Field = (value, where) => {
  const known = targetPlatforms.find((one) => one === value);
  if (known !== undefined) return known;
  throw usage(
    `${where} is ${quoted(String(value))}, which is none of ${targetPlatforms.join(', ')}.`,
    'Choose one of these.',
  );
};

const texts: Field = (value, where) => {
  const entries = Object.entries(asRecord(value));
  if (asRecord(value) !== value || entries.some(([, one]) => asText(one) === undefined)) {
    throw usage(`${where} is no JSON object of texts.`, 'Write it like {"TABLE": "orders"}.');
  }
  return Object.fromEntries(entries.map(([key, one]) => [key, asText(one)]));
};

const fields: Readonly<Record<keyof ConfiguredFunction, Field>> = {
  name: text,
  handler: text,
  platform,
  memoryMb: positive,
  timeoutMs: positive,
  environment: texts,
  event: (value) => value,
  expect: text,
  budgets: readBudgets,
};

const isField = (key: string): key is keyof ConfiguredFunction => Object.hasOwn(fields, key);

const readFunction = (value: unknown, where: string): ConfiguredFunction => {
  const row = asRecord(value);
  const read = Object.entries(row).map(([key, one]) => {
    if (isField(key)) return [key, fields[key](one, `${key} of ${where}`)];
    throw usage(`${where} has the unknown key ${quoted(key)}.`, `Use only ${Object.keys(fields).join(', ')}.`);
  });
  if (!Object.hasOwn(row, 'handler'))
    throw usage(`${where} has no handler.`, 'Write it like {"handler": "src/app.js"}.');
  return Object.fromEntries(read) as ConfiguredFunction;
};

/** @throws `Trouble` with exit code 2 */
export const readFunctions = (value: unknown, where: string): ConfiguredFunction[] => {
  if (Array.isArray(value)) return value.map((one, index) => readFunction(one, `function ${index + 1} of ${where}`));
  throw usage(`${where} is no JSON array.`, 'Write it like [{"handler": "src/app.js"}].');
};

/** The parts of the configuration that say what is measured. */
export const configured = ({ file, sections }: Config): Configured => ({
  functions: sections.has('functions') ? readFunctions(sections.get('functions'), `functions in ${file}`) : [],
  budgets: sections.has('budgets') ? readBudgets(sections.get('budgets'), `budgets in ${file}`) : {},
});
