/** Original modules of a bundle by esbuild's metafile, which tells what lies in the output, but not where. */
import { at, textAt } from '../platforms/shape.ts';
import { type Origins, parsed, readText } from './map-file.ts';

const path = process.getBuiltinModule('node:path');

interface Piece {
  name: string;
  bytes: number;
  /** Its imports of what was not bundled; in an ES module's output they stand at the top instead of in their place. */
  externals: number;
}

const isExternal = (found: unknown): boolean =>
  at(found, 'external') === true && at(found, 'kind') === 'import-statement';

const importsOf = (metafile: unknown, input: string): unknown[] => {
  const imports = at(metafile, 'inputs', input, 'imports');
  return Array.isArray(imports) ? imports : [];
};

/**
 * Inputs in the order in which they are written: what a module imports comes before it. The metafile's own order is
 * another where a module's hoisted imports stand at the top.
 */
const writtenOrder = (metafile: unknown, entry: string): string[] => {
  const order = new Set<string>();
  const seen = new Set<string>();
  const open: { input: string; rest: unknown[] }[] = [];
  const begin = (input: string): void => {
    if (seen.has(input)) return;
    seen.add(input);
    open.push({ input, rest: importsOf(metafile, input).toReversed() });
  };
  begin(entry);
  for (let here = open.at(-1); here; here = open.at(-1)) {
    const next = here.rest.pop();
    if (next === undefined) {
      order.add(here.input);
      open.pop();
    } else {
      const found = textAt(next, 'path');
      if (found !== undefined && at(next, 'external') !== true) begin(found);
    }
  }
  return [...order];
};

/** What the metafile says lies in this bundle, in the order of the output. */
const piecesOf = (file: string): Piece[] => {
  const metafile = parsed(readText(`${file}.meta.json`));
  const outputs = at(metafile, 'outputs');
  if (outputs === null || typeof outputs !== 'object') return [];
  const name = Object.keys(outputs).find((output) => path.basename(output) === path.basename(file));
  const inputs = name === undefined ? undefined : at(outputs, name, 'inputs');
  if (name === undefined || inputs === null || typeof inputs !== 'object') return [];
  return writtenOrder(metafile, textAt(outputs, name, 'entryPoint') ?? '')
    .filter((input) => Object.hasOwn(inputs, input))
    .map((input) => ({
      name: input,
      bytes: Number(at(inputs, input, 'bytesInOutput')) || 0,
      externals: importsOf(metafile, input).filter(isExternal).length,
    }));
};

const hoistedImports = /^(?:#!.*\n)?((?:import\b[^;]*;)*)/;

/** Begin of each piece where the modules, minified, fill the end of the output. */
const offsetsFromEnd = (text: string, pieces: readonly Piece[]): number[] => {
  const hoisted = hoistedImports.exec(text)?.[1]?.match(/[^;]*;/g) ?? [];
  const lengths = pieces.map(({ bytes, externals }) => bytes - hoisted.splice(0, externals).join('').length);
  const exportsAt = text.lastIndexOf('export{');
  let end = exportsAt > text.length / 2 ? exportsAt : text.trimEnd().length;
  const offsets: number[] = [];
  for (const length of lengths.reverse()) {
    end -= length;
    offsets.unshift(end);
  }
  return offsets;
};

/** Begin of each piece. Where nothing is minified, esbuild writes the path before each module. */
const offsetsOf = (text: string, pieces: readonly Piece[]): number[] => {
  const offsets: number[] = [];
  let from = 0;
  for (const { name } of pieces) {
    const found = text.indexOf(`// ${name}\n`, from);
    if (found === -1) return offsetsFromEnd(text, pieces);
    offsets.push(found);
    from = found + 1;
  }
  return offsets;
};

export const fromMetafile = (file: string, text: string, rootFolder: string): Origins | null => {
  const pieces = piecesOf(file);
  if (pieces.length === 0) return null;
  const sources = pieces.map(({ name }) => path.resolve(rootFolder, name.replace(/^[a-z-]+:/, '')));
  const offsets = offsetsOf(text, pieces);
  const lineStarts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lineStarts.push(end + 1);
  return {
    sources,
    at: (line, column) => {
      const next = (lineStarts[line + 1] ?? text.length + 1) - 1;
      const offset = Math.min((lineStarts[line] ?? text.length) + column, next);
      return sources[offsets.findLastIndex((start) => start <= offset)] ?? null;
    },
  };
};
