/** The agent's settings, checked in one place: options before the environment, a wrong value warns once and falls back. */
import type { ExportMode, Options } from './options.ts';
import { state } from './state.ts';
import { warnOnce } from './warn.ts';

export const exportModes: readonly ExportMode[] = ['stdout', 'extension', 'after-response', 'sync'];

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

const checked = <T>(option: Option<T>): T => {
  const asked: unknown = state.options[option.name] ?? (process.env[option.variable] || undefined);
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

let settings: Settings | null = null;

/** Read at the first question, which comes after the first response. */
export const currentSettings = (): Readonly<Settings> => {
  settings ??= { exportMode: checked(exportMode), sampleRate: checked(sampleRate) };
  return settings;
};
