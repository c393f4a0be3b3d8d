/** The tokens in force: those of a file, those of a variable, or both. The file is read again when it changes. */
import { readFileSync, statSync } from 'node:fs';
import { exitCode, Trouble } from '../trouble.ts';
import type { Token } from './gate.ts';
import { parseTokens } from './tokens.ts';
import { watchFiles } from './watched-files.ts';

export interface AccessOptions {
  /** A file of tokens (see tokens.ts) that only its owner may read. */
  file?: string | undefined;
  /** Tokens as text, such as the variable `COLDLENS_TOKENS` holds. */
  text?: string | undefined;
  /** Told in one line what became of a changed file; never holds a token. */
  notice?: (line: string) => void;
  /** How often the file is looked at, milliseconds. */
  everyMs?: number;
}

export interface Access {
  /** `null` = none were set, and everyone may do everything. */
  tokens(): readonly Token[] | null;
  /** No further changes are looked for. */
  stop(): void;
}

/** Everyone may do everything. */
export const openAccess: Access = { tokens: () => null, stop: () => {} };

/** @throws {@link Trouble} (wrong usage) for tokens that cannot be read, or may be read by others */
export function accessOf({ file, text, notice = () => {}, everyMs }: AccessOptions): Access {
  const fixed = text === undefined ? [] : parseTokens(text, 'COLDLENS_TOKENS');
  if (file === undefined) return text === undefined ? openAccess : { tokens: () => fixed, stop: () => {} };
  let tokens = [...fixed, ...readTokens(file)];
  const reread = (): void => {
    try {
      tokens = [...fixed, ...readTokens(file)];
      notice(`The tokens of ${file} were read again: ${tokens.length} are in force.`);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      notice(`The changed tokens were not taken, those from before stay in force: ${error.message} ${error.next}`);
    }
  };
  const watch = watchFiles([file], reread, everyMs);
  return { tokens: () => tokens, stop: () => watch.stop() };
}

const groupAndOthers = 0o077;

function readTokens(file: string): Token[] {
  let text: string;
  try {
    // Windows has no such bits.
    const open = process.platform === 'win32' ? 0 : statSync(file).mode & groupAndOthers;
    if (open !== 0) {
      throw new Trouble(`The tokens in ${file} are open to other users.`, `Run: chmod 600 ${file}`, exitCode.usage);
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Trouble(`The tokens in ${file} cannot be read (${reason}).`, 'Mend --tokens.', exitCode.usage, {
      cause: error,
    });
  }
  return parseTokens(text, file);
}
