/** What `coldlens()` was given, kept until somebody needs it; settings.ts checks it. */
import { state } from './state.ts';

/** How spans leave the function; the README says what each costs. */
export type ExportMode = 'stdout' | 'extension' | 'after-response' | 'sync';

export interface Options {
  /** Default: `stdout` on Lambda where no endpoint is configured, else `after-response`. */
  exportMode?: ExportMode;
  /** Share of warm invocations that are sent, above 0 to 1. Cold starts are always sent. Default 1. */
  sampleRate?: number;
}

/** Of several `coldlens()` calls the last one that names an option counts. */
export const configure = (options: Options | undefined): void => {
  if (options !== null && typeof options === 'object') state.options = { ...state.options, ...options };
};

/** Asked while the caller waits, so it looks no further than it must. */
export const isSync = (): boolean => (state.options.exportMode ?? process.env.COLDLENS_EXPORT) === 'sync';
