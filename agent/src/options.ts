/** The agent's settings: given to `coldlens()` or in the environment, checked in one place, never fatal. */
import { warnOnce } from './warn.ts';

/** How spans leave the function; the README says what each costs. */
export const exportModes = ['stdout', 'extension', 'after-response', 'sync'] as const;
export type ExportMode = (typeof exportModes)[number];

export interface Options {
  /** Default: `stdout` on Lambda where no endpoint is configured, else `after-response`. */
  exportMode?: ExportMode;
  /** Share of warm invocations that are sent, above 0 to 1. Cold starts are always sent. Default 1. */
  sampleRate?: number;
}

export interface Settings {
  /** `null` = as the platform and the endpoint suggest. */
  exportMode: ExportMode | null;
  sampleRate: number;
}

interface Option<T> {
  name: keyof Options;
  variable: string;
  fallback: T;
  /** What a right value is, for the refusal. */
  bound: string;
  /** `undefined` when the value is not allowed. Variables come as text. */
  read(value: unknown): T | undefined;
}

const exportMode: Option<ExportMode | null> = {
  name: 'exportMode',
  variable: 'COLDLENS_EXPORT',
  fallback: null,
  bound: `one of ${exportModes.join(', ')}`,
  read: (value) => exportModes.find((mode) => mode === value),
};

const sampleRate: Option<number> = {
  name: 'sampleRate',
  variable: 'COLDLENS_SAMPLE_RATE',
  fallback: 1,
  bound: 'a number above 0, at most 1',
  read: (value) => {
    const rate = Number(value);
    return rate > 0 && rate <= 1 ? rate : undefined;
  },
};

let given: Options = {};
let settings: Settings | null = null;

const checked = <T>(option: Option<T>): T => {
  const asked: unknown = given[option.name] ?? (process.env[option.variable] || undefined);
  if (asked === undefined) return option.fallback;
  const value = option.read(asked);
  if (value !== undefined) return value;
  // The value may be anything, so only its beginning is printed.
  const start = String(asked).slice(0, 40);
  warnOnce(
    option.name,
    `${option.name} (${option.variable}) must be ${option.bound}, not "${start}"; the default is used.`,
  );
  return option.fallback;
};

/** Takes what a `coldlens()` call was given; it counts before the environment. Looked at only when needed. */
export const configure = (options: Options | undefined): void => {
  if (options === null || typeof options !== 'object') return;
  given = { ...given, ...options };
  settings = null;
};

/** The checked settings. A wrong one warns once and falls back. */
export const currentSettings = (): Readonly<Settings> => {
  settings ??= { exportMode: checked(exportMode), sampleRate: checked(sampleRate) };
  return settings;
};

/** Asked while the caller waits, so it looks no further than it must. */
export const isSync = (): boolean => (given.exportMode ?? process.env.COLDLENS_EXPORT) === 'sync';
