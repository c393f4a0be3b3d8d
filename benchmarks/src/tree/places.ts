/** Where in the user's code a module is imported, in the lines that a person wrote. */
import { relative } from 'node:path';
import { lineOfImport, type ModuleNode, type Packages } from '@coldlens/agent/modules';
import type { Place } from '../results/result.ts';
import { readText, writtenPlace } from './source-text.ts';

/** What a source may write between the quotes for a package: its name, or a file in it. */
const specifierOf = (text: string, name: string): string | null => {
  if (lineOfImport(text, name) !== null) return name;
  const inside = text.matchAll(/["'`]([^"'`\n]{1,300})["'`]/g);
  for (const [, found = ''] of inside)
    if (found.startsWith(`${name}/`) && lineOfImport(text, found) !== null) return found;
  return null;
};

/**
 * @param importer absolute path of a file of the user's own
 * @param specifier what it asked for; `null` where nobody saw it ask, as in a bundle
 * @param name of the package that it asked for
 * @param root what paths are shown relative to
 */
export const placeOf = (importer: string, specifier: string | null, name: string, root: string): Place => {
  const text = readText(importer);
  const shown = (file: string): string => relative(root, file).replaceAll('\\', '/');
  const wanted = text === undefined ? null : (specifier ?? specifierOf(text, name));
  const line = text === undefined || wanted === null ? null : lineOfImport(text, wanted);
  if (text === undefined || wanted === null || line === null) return { file: shown(importer), line: null };
  const column = Math.max(0, (text.split('\n')[line - 1] ?? '').indexOf(wanted));
  const written = writtenPlace(importer, text, line, column);
  return { file: shown(written.file), line: written.line };
};

export const samePlace = (a: Place, b: Place): boolean => a.file === b.file && a.line === b.line;

/** The nearest module above that is the user's own, and what it asked for to get there. */
export const userImport = (node: ModuleNode, packages: Packages): { by: ModuleNode; asked: ModuleNode } | null => {
  for (let at: ModuleNode = node; at.parent; at = at.parent) {
    if (packages.of(at.parent.key).name === '') return { by: at.parent, asked: at };
  }
  return null;
};

/** The user's own files that import a package somewhere in their text: what a bundle's map leaves to go by. */
const placesInText = (name: string, own: readonly ModuleNode[], root: string): Place[] =>
  own
    .filter(({ source }) => source === 'profile')
    .map(({ key }) => placeOf(key, null, name, root))
    .filter(({ line }) => line !== null);

/**
 * The user's own places through which these modules of one package came in, each once.
 * @param own the user's own modules
 */
export const placesOf = (
  name: string,
  nodes: readonly ModuleNode[],
  own: readonly ModuleNode[],
  packages: Packages,
  root: string,
): Place[] => {
  const places: Place[] = [];
  const seen = new Set<string>();
  if (nodes.some(({ source }) => source === 'profile')) {
    const found = placesInText(name, own, root);
    if (found.length > 0) return found;
  }
  for (const node of nodes) {
    const found = userImport(node, packages);
    if (!found || seen.has(found.by.key)) continue;
    seen.add(found.by.key);
    const place = placeOf(found.by.key, found.asked.specifier, packages.of(found.asked.key).name, root);
    if (!places.some((each) => samePlace(each, place))) places.push(place);
  }
  return places;
};
