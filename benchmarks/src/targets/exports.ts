/** What a file of code exports, found by reading it: nothing of the user's runs before it is measured. */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { ParserOptions } from '@babel/parser';
import { usage } from '../cli/usage.ts';
import { cjsExports } from './exports-cjs.ts';
import { esmExports } from './exports-esm.ts';
import { registrations } from './exports-registered.ts';

export interface Export {
  /** `default` also stands for a CommonJS module that is a function itself. */
  name: string;
  /** `null` = cannot be seen, such as what another function gave back. */
  isFunction: boolean | null;
  /** Names of the methods, where it is an object whose shape can be seen. */
  keys?: readonly string[];
}

/** `app.http('orders', ...)`: a function that was made known to a framework instead of being exported. */
export interface Registration {
  method: string;
  name: string;
}

export interface SourceExports {
  format: 'esm' | 'cjs';
  exports: readonly Export[];
  /** Whether these are all; `export * from` and `module.exports = make()` hide others. */
  isComplete: boolean;
  registrations: readonly Registration[];
}

/** A bundle of this size takes a second or two to parse; beyond, nothing is known. */
const parsedMaxBytes = 20 * 1_048_576;

const options = (file: string): ParserOptions => ({
  sourceType: ['.mjs', '.mts'].includes(extname(file)) ? 'module' : 'unambiguous',
  allowReturnOutsideFunction: true,
  errorRecovery: true,
  plugins: [
    ...(/\.[cm]?tsx?$/.test(file) ? (['typescript', 'decorators-legacy'] as const) : []),
    ...(/\.[tj]sx$/.test(file) ? (['jsx'] as const) : []),
  ],
});

/** @throws `Trouble` with exit code 2 when the file cannot be read, or is no JavaScript or TypeScript */
export const sourceExports = async (file: string): Promise<SourceExports> => {
  if ((await stat(file)).size > parsedMaxBytes) {
    return { format: extname(file) === '.mjs' ? 'esm' : 'cjs', exports: [], isComplete: false, registrations: [] };
  }
  const [{ parse }, text] = await Promise.all([import('@babel/parser'), readFile(file, 'utf8')]);
  try {
    const { program } = parse(text, options(file));
    const isEsm = program.sourceType === 'module';
    const found = isEsm ? esmExports(program) : cjsExports(program);
    return { format: isEsm ? 'esm' : 'cjs', ...found, registrations: registrations(program) };
  } catch (error) {
    throw notReadable(file, error);
  }
};

const notReadable = (file: string, error: unknown): Error => {
  const { loc, message } = error as { loc?: { line: number }; message: string };
  if (error instanceof RangeError)
    return usage(`${file} is nested too deeply to be read.`, 'Name another file.', error);
  const line = loc === undefined ? '' : `:${loc.line}`;
  const said = message.replace(/\s*\(\d+:\d+\).*$/s, '').replace(/\.$/, '');
  return usage(`${file}${line} is no JavaScript or TypeScript: ${said}.`, 'Mend the syntax error.', error);
};
