/** The module tree of one cold start, as the probe saw it; the nodes are those of `@coldlens/agent/modules`. */
import type { ModuleNode, PackageCost } from '@coldlens/agent/modules';

export interface Tree {
  /** Loaded before the runtime could take an event; what came later is in {@link late}. */
  nodes: readonly ModuleNode[];
  /** Loaded during the first invocation. */
  late: readonly ModuleNode[];
  /** By package, the dearest first. */
  packages: readonly PackageCost[];
  /** First module of the user's code; `null` where none was seen. */
  entryKey: string | null;
  /** Paths that modules are shown by, where that is not their key: what was compiled for this run, as a person wrote it. */
  shownAs: ReadonlyMap<string, string>;
  /** From where the user's code began to load until it was ready, milliseconds. */
  initMs: number;
  /** From the spawn until there, milliseconds. */
  runtimeStartMs: number;
  /** From the event to the response, milliseconds. */
  executionMs: number;
  /** `complete`; `cjs only` on Node before 22.15; `bundled` = modules come from a CPU profile through a source map. */
  seen: 'complete' | 'cjs only' | 'bundled' | 'bundle without a map' | 'not observed';
  /** What would show more, one sentence; `null` when all was seen. */
  hint: string | null;
}
