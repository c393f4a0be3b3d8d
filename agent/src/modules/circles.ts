/** Finds the modules that import each other in a circle: Tarjan's strongly connected components, without recursion. */
import type { ModuleNode } from './node.ts';

interface Visit {
  node: ModuleNode;
  index: number;
  low: number;
  rest: Iterator<string>;
}

/** Sets `circular` on each module that can reach itself. */
export const markCircular = (nodes: ReadonlyMap<string, ModuleNode>): void => {
  const visits = new Map<ModuleNode, Visit>();
  const open: Visit[] = [];
  const onOpen = new Set<ModuleNode>();
  const begin = (node: ModuleNode): Visit => {
    const visit = { node, index: visits.size, low: visits.size, rest: node.imports.values() };
    visits.set(node, visit);
    open.push(visit);
    onOpen.add(node);
    return visit;
  };
  const close = (visit: Visit): void => {
    if (visit.low !== visit.index) return;
    const circle = open.splice(open.lastIndexOf(visit));
    for (const { node } of circle) {
      onOpen.delete(node);
      node.circular = circle.length > 1 || node.imports.has(node.key);
    }
  };
  for (const root of nodes.values()) {
    if (visits.has(root)) continue;
    const path = [begin(root)];
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const step = at.rest.next();
      if (step.done) {
        path.pop();
        const above = path.at(-1);
        if (above) above.low = Math.min(above.low, at.low);
        close(at);
        continue;
      }
      const next = nodes.get(step.value);
      const seen = next && visits.get(next);
      if (next && !seen) path.push(begin(next));
      else if (seen && onOpen.has(seen.node)) at.low = Math.min(at.low, seen.index);
    }
  }
};
