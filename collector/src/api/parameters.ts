/** Parameters of a question, said once: how a text is read, what is refused, and what the description of the API says of it. */
import { parseDurationMs } from '../duration.ts';
import { exitCode, Trouble } from '../trouble.ts';

/** As OpenAPI has it. */
export interface TextSchema {
  type: 'string' | 'integer';
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  format?: string;
  pattern?: string;
}

export interface Parameter<T = unknown> {
  description: string;
  schema: TextSchema;
  /** As it would be written; absent = the parameter may be missing, unless it is required. */
  default?: string;
  isRequired?: true;
  /** @throws {@link Trouble} (wrong usage) that names the parameter and its bounds */
  read(text: string, name: string): T;
}

export type ParameterTable = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> = P extends { default: string } | { isRequired: true }
  ? ReturnType<P['read']>
  : ReturnType<P['read']> | undefined;

export type Values<Table extends ParameterTable> = { [Name in keyof Table]: ValueOf<Table[Name]> };

export const wrong = (what: string, next: string): Trouble => new Trouble(`${what}.`, next, exitCode.usage);

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));

/**
 * @param of what the parameters are of, for messages: `the ranking`
 * @throws {@link Trouble} (wrong usage) for what is unknown, twice, missing or not allowed
 */
export const readParameters = <Table extends ParameterTable>(
  table: Table,
  search: URLSearchParams,
  of: string,
): Values<Table> => {
  for (const name of search.keys()) {
    if (!Object.hasOwn(table, name)) {
      throw wrong(`${shown(name)} is no parameter of ${of}`, `Use ${Object.keys(table).join(', ') || 'none'}.`);
    }
    if (search.getAll(name).length > 1) throw wrong(`The parameter ${name} is there twice`, 'Give it once.');
  }
  const values = Object.entries(table).map(([name, parameter]) => {
    const text = search.get(name) ?? parameter.default;
    if (text !== undefined) return [name, parameter.read(text, name)];
    if (parameter.isRequired)
      throw wrong(`The parameter ${name} is missing`, `Give ${name}: ${parameter.description}.`);
    return [name, undefined];
  });
  // One entry a parameter, each read by its own: that is what Values says.
  return Object.fromEntries(values) as Values<Table>;
};

export const duration = (usual: string) =>
  ({
    description: 'length of the window that ends now, such as 90s, 15m, 24h, 30d',
    schema: { type: 'string', pattern: '^[0-9]+(s|m|h|d)$' },
    default: usual,
    read: (text: string, name: string): number => {
      try {
        return parseDurationMs(text);
      } catch (error) {
        if (error instanceof Trouble) throw new Trouble(`${name}: ${error.message}`, error.next, error.exitCode);
        throw error;
      }
    },
  }) as const satisfies Parameter<number>;

export const chosen = <const Choice extends string>(what: string, choices: readonly Choice[], usual: Choice) =>
  ({
    description: `${what}: one of ${choices.join(', ')}`,
    schema: { type: 'string', enum: choices },
    default: usual,
    read: (text: string): Choice => {
      const choice = choices.find((name) => name === text);
      if (choice !== undefined) return choice;
      throw wrong(`${shown(text)} is no ${what}`, `Use one of ${choices.join(', ')}.`);
    },
  }) as const satisfies Parameter<Choice>;

const wholeNumberOf = (description: string, minimum: number, maximum: number) =>
  ({
    description: `${description}, ${minimum} to ${maximum}`,
    schema: { type: 'integer', minimum, maximum },
    read: (text: string, name: string): number => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= minimum && value <= maximum) return value;
      throw wrong(`${shown(text)} is no ${name}`, `Use a whole number from ${minimum} to ${maximum}.`);
    },
  }) as const satisfies Parameter<number>;

export const wholeNumber = (description: string, minimum: number, maximum: number, usual: number) =>
  ({
    ...wholeNumberOf(description, minimum, maximum),
    default: String(usual),
  }) as const satisfies Parameter<number>;

/** Up to 1 TB, more than any platform gives. */
export const megabytes = (description: string) => wholeNumberOf(`${description} in MB`, 1, 1_048_576);

const textOf = (description: string, maxLength: number) =>
  ({
    description,
    schema: { type: 'string', maxLength },
    read: (text: string, name: string): string => {
      if (text.length <= maxLength) return text;
      throw wrong(`The ${name} is too long`, `Use at most ${maxLength} characters.`);
    },
  }) as const satisfies Parameter<string>;

export const text = (description: string, maxLength = 512) => textOf(description, maxLength);
export const requiredText = (description: string, maxLength = 512) =>
  ({ ...textOf(description, maxLength), isRequired: true }) as const satisfies Parameter<string>;

export const instant = (description: string) =>
  ({
    description: `${description}, ISO 8601`,
    schema: { type: 'string', format: 'date-time' },
    isRequired: true,
    read: (written: string, name: string): number => {
      const ms = /^\d{4}-\d\d-\d\dT/.test(written) ? Date.parse(written) : Number.NaN;
      if (!Number.isNaN(ms)) return ms;
      throw wrong(`${shown(written)} is no ${name}`, 'Write it like 2026-11-22T09:30:00Z.');
    },
  }) as const satisfies Parameter<number>;
