/** The agent's settings: given to `coldlens()` or in the environment, checked in one place, never fatal. */
import type { Environment } from './platforms/platform.ts';
import { warnOnce } from './warn.ts';

/** How spans leave the function; `agent/README.md` says what each costs. */
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

const settings: Settings = { exportMode: null, sampleRate: 1 };
let isRead = false;

const isExportMode = (value: unknown): value is ExportMode => exportModes.includes(value as ExportMode);
const isRate = (value: unknown): value is number => typeof value === 'number' && value > 0 && value <= 1;

/** Each option: its two sources, its check, and the bound that a refusal names. */
const readers: readonly ((options: Options, env: Environment) => void)[] = [
  ({ exportMode }, env) => {
    const given: unknown = exportMode ?? (env.COLDLENS_EXPORT || undefined);
    if (isExportMode(given)) settings.exportMode = given;
    else if (given !== undefined) refuse('exportMode (COLDLENS_EXPORT)', given, `one of ${exportModes.join(', ')}`);
  },
  ({ sampleRate }, env) => {
    const given: unknown = sampleRate ?? (env.COLDLENS_SAMPLE_RATE ? Number(env.COLDLENS_SAMPLE_RATE) : undefined);
    if (isRate(given)) settings.sampleRate = given;
    else if (given !== undefined) refuse('sampleRate (COLDLENS_SAMPLE_RATE)', given, 'a number above 0, at most 1');
  },
];

const refuse = (name: string, value: unknown, bound: string): void => {
  // The value itself may be anything, so only its beginning is printed.
  warnOnce(name, `${name} must be ${bound}, not "${String(value).slice(0, 40)}"; the default is used.`);
};

/** Takes what a `coldlens()` call was given, over what is in the environment. Never throws. */
export const configure = (options: Options | undefined): void => {
  if (isRead && options === undefined) return;
  isRead = true;
  const known = options !== null && typeof options === 'object' ? options : {};
  for (const read of readers) read(known, process.env);
};

export const currentSettings = (): Readonly<Settings> => settings;
