/**
 * While a static graph of ES modules is parsed and linked, Node works on all of them and tells nobody on which. That time
 * is pooled, and shared out by source size when the first of them runs.
 */
import type { Meter } from './meter.ts';
import type { ModuleNode } from './node.ts';

/** Every module costs something to link, however small: worth as much as this many bytes of source. */
const bytesOfAnyModule = 500;

const weight = (node: ModuleNode): number => node.bytes + bytesOfAnyModule;

export class Linking {
  /** Read, but not yet run: those that share the pool. */
  #members: ModuleNode[] = [];
  #pooledMs = 0;
  #pooledCpuMs = 0;

  get isEmpty(): boolean {
    return this.#members.length === 0;
  }

  join(node: ModuleNode): void {
    this.#members.push(node);
  }

  has(node: ModuleNode): boolean {
    return this.#members.includes(node);
  }

  /** What the meter has just read went into all of them. */
  add({ spentMs, spentCpuMs }: Meter): void {
    this.#pooledMs += spentMs;
    this.#pooledCpuMs += spentCpuMs;
  }

  /** Shares the pool among the members, who leave; without any, `runner` takes it, or else the last of them. */
  shareOut(runner: ModuleNode | undefined = this.#members.at(-1)): void {
    if (this.#pooledMs === 0 || !runner) return;
    const [pooledMs, pooledCpuMs, members] = [this.#pooledMs, this.#pooledCpuMs, this.#members];
    this.#pooledMs = 0;
    this.#pooledCpuMs = 0;
    this.#members = [];
    const all = members.reduce((sum, node) => sum + weight(node), 0);
    for (const node of members.length > 0 ? members : [runner]) {
      const share = members.length > 0 ? weight(node) / all : 1;
      node.selfMs += pooledMs * share;
      if (node.cpuMs !== null) node.cpuMs += pooledCpuMs * share;
      if (members.length > 0) node.linkMs += pooledMs * share;
    }
  }
}
