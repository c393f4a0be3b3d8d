/** Writes applications of many modules in many packages, so that the module tree is measured on something real. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AppShape {
  kind: 'cjs' | 'esm';
  modules: number;
  /** Statement that the entry file ends with. */
  tail?: string;
  /** Name of the entry file without its ending. Default `app`. */
  entry?: string;
}

const modulesPerPackage = 35;
/** Functions of each module, so that a module is some 2 kB of source as in real packages. */
const functionsPerModule = 12;

const body = (index: number): string => {
  const lines: string[] = [];
  for (let fn = 0; fn < functionsPerModule; fn += 1) {
    lines.push(
      `function work${fn}(input) {`,
      `  const parts = String(input).split(',').map((part) => part.trim() + ${index * fn});`,
      `  return parts.filter((part) => part.length > ${fn}).join(';');`,
      '}',
    );
  }
  lines.push(`const table = Array.from({ length: 40 }, (_, row) => work${index % functionsPerModule}(row));`);
  return lines.join('\n');
};

const imports: Readonly<Record<AppShape['kind'], (names: readonly string[]) => string>> = {
  cjs: (names) => names.map((name, at) => `const dep${at} = require('${name}');`).join('\n'),
  esm: (names) => names.map((name, at) => `import * as dep${at} from '${name}';`).join('\n'),
};

const exported: Readonly<Record<AppShape['kind'], string>> = {
  cjs: 'exports.table = table;',
  esm: 'export { table };',
};

/**
 * Each package is a tree of files three wide; a package's entry also imports the next package.
 * @returns path of the entry file
 */
export const generateApp = (directory: string, { kind, modules, tail = '', entry: name = 'app' }: AppShape): string => {
  const ending = kind === 'cjs' ? 'cjs' : 'mjs';
  const packages = Math.ceil((modules - 1) / modulesPerPackage);
  const roots: string[] = [];
  for (let pack = 0; pack < packages; pack += 1) {
    const folder = join(directory, 'node_modules', `package-${pack}`);
    mkdirSync(folder, { recursive: true });
    const count = Math.min(modulesPerPackage, modules - 1 - pack * modulesPerPackage);
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: `package-${pack}`, version: `1.${pack}.0`, exports: `./file-0.${ending}` }),
    );
    for (let file = 0; file < count; file += 1) {
      const names = [1, 2, 3].map((child) => file * 3 + child).filter((child) => child < count);
      const wanted = names.map((child) => `./file-${child}.${ending}`);
      if (file === 0 && pack % 3 !== 2 && pack + 1 < packages) wanted.push(`package-${pack + 1}`);
      writeFileSync(
        join(folder, `file-${file}.${ending}`),
        `${imports[kind](wanted)}\n${body(pack * modulesPerPackage + file)}\n${exported[kind]}\n`,
      );
    }
    if (pack % 3 === 0) roots.push(`package-${pack}`);
  }
  const entry = join(directory, `${name}.${ending}`);
  writeFileSync(entry, `${imports[kind](roots)}\n${tail}\n`);
  return entry;
};
