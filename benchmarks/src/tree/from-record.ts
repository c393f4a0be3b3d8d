/** The module tree that a record describes: nodes that refer to each other, of the user's code alone, split by the end of init. */
import { type ModuleNode, makeNode } from '@coldlens/agent/modules';
import type { ProbeRecord } from '../probe/record.ts';

/** Instants are milliseconds since the user's code began. */
export const nodesOf = (record: ProbeRecord): ModuleNode[] => {
  const beginMs = record.beginMs ?? record.startedMs;
  const nodes = record.nodes.map((recorded): ModuleNode => {
    const { key, specifier, parent: _parent, imports: _imports, ...rest } = recorded;
    const node = makeNode(key, null, specifier, 0);
    return Object.assign(node, rest, { beginMs: recorded.beginMs - beginMs, endMs: recorded.endMs - beginMs });
  });
  for (const [place, { parent, imports }] of record.nodes.entries()) {
    const node = nodes[place];
    if (!node) continue;
    // Whoever asks is there before; anything else would be a circle.
    node.parent = parent === null || parent >= place ? null : (nodes[parent] ?? null);
    for (const imported of imports) {
      const key = nodes[imported]?.key;
      if (key !== undefined) node.imports.add(key);
    }
  }
  return record.dropped > 0 ? nodes : nodes.filter((node) => isUsers(node, record.entryKey));
};

/** Whether the user's first file asked for it, over whatever others: what the runtime itself loads meanwhile is not. */
const isUsers = (node: ModuleNode, entryKey: string | null): boolean => {
  let root = node;
  while (root.parent) root = root.parent;
  return entryKey === null || root.key === entryKey;
};

/** When the last of the user's first file had run, milliseconds since it began: the end of a script's init. */
export const endOfEntry = (nodes: readonly ModuleNode[], entryKey: string | null): number | null =>
  nodes.find(({ key }) => key === entryKey)?.endMs ?? null;
