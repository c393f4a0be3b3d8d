/** One of the two trees that are compared, indexed by names that are the same in both checkouts. */
import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { type ModuleNode, Packages } from '@coldlens/agent/modules';
import { type Locked, lockedVersions } from './lockfile.ts';
import type { Tree } from './tree.ts';

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // A checkout that is gone: its names are still relative to where it was.
    return path;
  }
};

/** What a module costs and how often it is there: copies of one package count together. */
interface Weight {
  ms: number;
  count: number;
  node: ModuleNode;
}

export class Side {
  readonly tree: Tree;
  readonly root: string;
  readonly packages: Packages;
  readonly byId = new Map<string, Weight>();
  readonly byUnit = new Map<string, ModuleNode[]>();
  #locked: Locked | null = null;

  constructor(tree: Tree, root: string) {
    this.tree = tree;
    this.root = real(root);
    this.packages = new Packages(tree.entryKey);
    for (const node of tree.nodes) {
      const id = this.id(node);
      const weight = this.byId.get(id) ?? { ms: 0, count: 0, node };
      weight.ms += node.selfMs + node.resolveMs;
      weight.count += 1;
      this.byId.set(id, weight);
      const unit = this.unit(node);
      const members = this.byUnit.get(unit);
      if (members) members.push(node);
      else this.byUnit.set(unit, [node]);
    }
  }

  /** What is added, upgraded or removed as one: a package, one of Node's own modules, or the user's code (''). */
  unit({ key }: ModuleNode): string {
    return key.startsWith('node:') ? key : this.packages.of(key).name;
  }

  /** The module's name in whichever checkout. */
  id(node: ModuleNode): string {
    const { name, folder } = this.packages.of(node.key);
    if (node.key.startsWith('node:')) return node.key;
    const path = this.tree.shownAs.get(node.key) ?? node.key;
    return name === '' ? `./${relative(this.root, path)}` : `${name}/${relative(folder, path)}`;
  }

  /** The user's own modules. */
  get own(): readonly ModuleNode[] {
    return this.byUnit.get('') ?? [];
  }

  copies(unit: string): number {
    return new Set((this.byUnit.get(unit) ?? []).map(({ key }) => this.packages.of(key).folder)).size;
  }

  /** Versions by the packages' own word, else by the lockfile's. */
  versions(unit: string): string[] {
    const said = (this.byUnit.get(unit) ?? []).map(({ key }) => this.packages.of(key).version);
    const known = new Set(said.filter((version) => version !== ''));
    return [...(known.size > 0 ? known : (this.locked.get(unit) ?? []))].sort();
  }

  get locked(): Locked {
    this.#locked ??= lockedVersions(this.root);
    return this.#locked;
  }

  isLate(unit: string): boolean {
    return this.tree.late.some((node) => this.unit(node) === unit);
  }
}
