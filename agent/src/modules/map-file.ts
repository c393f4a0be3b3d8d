/** What lies beside a bundle to explain it, and what is made of it. */

const fs = process.getBuiltinModule('node:fs');

/** The original modules of one bundle. */
export interface Origins {
  /** Absolute paths. More than one makes a bundle. */
  sources: string[];
  /** Original module at a place in the bundle, both from 0; `null` = the bundler's own code, or not known. */
  at(line: number, column: number): string | null;
}

/** A map beyond this is not worth its memory inside a function. */
const maxMapBytes = 64 * 1_048_576;

/** `undefined` where the file is not there, is no file or is too large. */
export const readText = (file: string): string | undefined => {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= maxMapBytes ? fs.readFileSync(file, 'utf8') : undefined;
};

export const parsed = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Whatever lies there is no map.
    return undefined;
  }
};
