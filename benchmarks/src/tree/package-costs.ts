/** The packages of a tree, with the lines that a person wrote to import them. */
import { type ModuleNode, type PackageCost, Packages, rollUp } from '@coldlens/agent/modules';
import { placesOf } from './places.ts';

/** @param root what the places are relative to */
export const packageCosts = (nodes: readonly ModuleNode[], entryKey: string | null, root: string): PackageCost[] => {
  const packages = new Packages(entryKey);
  const byName = new Map<string, ModuleNode[]>();
  for (const node of nodes) {
    const { name, version } = packages.of(node.key);
    const id = `${name}@${version}`;
    const members = byName.get(id);
    if (members) members.push(node);
    else byName.set(id, [node]);
  }
  const own = nodes.filter(({ key }) => packages.of(key).name === '');
  return rollUp(nodes, packages).map((cost) => {
    if (cost.name === '') return cost;
    const members = byName.get(`${cost.name}@${cost.version}`) ?? [];
    const places = placesOf(cost.name, members, own, packages, root);
    return { ...cost, importedBy: places.map(({ file, line }) => ({ file, line, specifier: cost.name })) };
  });
};
