/**
 * Edits a source so that a module is loaded at its first use instead of at every cold start, or says why that is not safe.
 * Formatting and comments stay; what the code does stays, but for the moment at which the module loads (and, where it
 * cannot be loaded at all, the moment of that error).
 *
 * CommonJS: `const x = require('m')` becomes a function that requires `m` once, and every use calls it. ES modules: the
 * import moves into the async functions that use it, as `await import('m')`. There the names are read from the module
 * at each use, as static imports do, so that a binding which the module changes later is seen changed.
 */
import { editImports } from './es-imports.ts';
import { nameFor, parseModule } from './parsed.ts';
import { Refusal } from './refusal.ts';
import { editRequires } from './requires.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface LazyRequest {
  /** Of the source: decides whether it is read as TypeScript and JSX, and heads the diff. */
  file: string;
  /** The specifier as the source writes it: `@aws-sdk/client-s3`. */
  module: string;
  /** How Node loads the file. Either may hold `import` where a compiler comes in between. */
  format: 'commonjs' | 'module';
}

export type LazyEdit = { state: 'edited'; source: string; diff: string } | { state: 'refused'; reason: string };

/** The most that is taken for something a person wrote. */
const maxSourceChars = 2_000_000;

const edited = async (source: string, { file, module, format }: LazyRequest): Promise<string> => {
  if (source.length > maxSourceChars) throw new Refusal('the file is too large to have been written by hand');
  const [parsed, { default: MagicString }] = await Promise.all([
    parseModule(source, file, format),
    import('magic-string'),
  ]);
  const text = new MagicString(source);
  const name = nameFor(parsed, module);
  const count = editImports(parsed, module, name, text) + editRequires(parsed, module, name, text);
  if (count === 0) throw new Refusal(`it does not import \`${module}\` while it loads`);
  const result = text.toString();
  await parseModule(result, file, format);
  return result;
};

/** @param source text of a module. Never throws for what it holds */
export const makeLazy = async (source: string, request: LazyRequest): Promise<LazyEdit> => {
  try {
    const result = await edited(source, request);
    return { state: 'edited', source: result, diff: unifiedDiff(source, result, request.file) };
  } catch (error) {
    if (error instanceof Refusal) return { state: 'refused', reason: error.message };
    throw error;
  }
};
