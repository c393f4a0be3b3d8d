/** The watched modules as a record of bounded size. */
import type { ModuleNode } from '@coldlens/agent/modules';
import type { RecordedNode } from './record.ts';

/** The URL of a `data:` module holds all its text. */
const maxKeyChars = 4_096;
const maxSpecifierChars = 512;
/** Of all modules together: about 2 MB. */
const maxImports = 200_000;

const cut = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : `${text.slice(0, maxChars)}… (${text.length})`;

/** Microseconds are as fine as the clock means. */
const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

export const recordedNodes = (nodes: readonly ModuleNode[]): RecordedNode[] => {
  const places = new Map(nodes.map((node, place) => [node.key, place]));
  let importsLeft = maxImports;
  return nodes.map((node) => {
    const imports = [...node.imports].flatMap((key) => places.get(key) ?? []).slice(0, importsLeft);
    importsLeft -= imports.length;
    return {
      ...node,
      key: cut(node.key, maxKeyChars),
      specifier: node.specifier === null ? null : cut(node.specifier, maxSpecifierChars),
      parent: node.parent === null ? null : (places.get(node.parent.key) ?? null),
      imports,
      selfMs: rounded(node.selfMs),
      cpuMs: node.cpuMs === null ? null : rounded(node.cpuMs),
      linkMs: rounded(node.linkMs),
      resolveMs: rounded(node.resolveMs),
      beginMs: rounded(node.beginMs),
      endMs: rounded(node.endMs),
    };
  });
};
