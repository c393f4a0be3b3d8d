/** One module of the tree: what loading it took, and from where it was asked for. */

/** How Node loads it. `typescript` sources count as what they become. */
export type ModuleFormat = 'commonjs' | 'module' | 'json' | 'builtin' | 'addon' | 'wasm' | 'unknown';

/** How a node's times were found: on the clock, or by samples of the CPU. */
export type ModuleSource = 'hooks' | 'profile';

export interface ModuleNode {
  /** Absolute path; a URL where there is no file; `node:fs` for builtins. */
  readonly key: string;
  /** Who asked for it first; `null` = the runtime. */
  parent: ModuleNode | null;
  /** What the parent wrote between the quotes. */
  specifier: string | null;
  format: ModuleFormat;
  /** Reading, parsing and evaluating this module alone, milliseconds. Includes {@link linkMs}. */
  selfMs: number;
  /** CPU time of {@link selfMs}; less than that where the module waited. `null` = not known. */
  cpuMs: number | null;
  /** Share in parsing and linking the static graph, which Node does for all its modules together. An estimate. */
  linkMs: number;
  /** Finding what this module asked for. */
  resolveMs: number;
  /** Of the source; 0 = not known. */
  bytes: number;
  /** When it was first asked for and when it was done: monotonic milliseconds. */
  beginMs: number;
  endMs: number;
  failed: boolean;
  /** It waited; the wait is in {@link selfMs}. */
  topLevelAwait: boolean;
  /** It belongs to a circle of imports. */
  circular: boolean;
  /** Whether any of its functions had run by the end of the first invocation; `null` = not looked at, or has none. */
  used: boolean | null;
  source: ModuleSource;
  /** Keys of what it asked for, the first time each. */
  readonly imports: Set<string>;
}

export const makeNode = (
  key: string,
  parent: ModuleNode | null,
  specifier: string | null,
  nowMs: number,
): ModuleNode => ({
  key,
  parent,
  specifier,
  format: 'unknown',
  selfMs: 0,
  cpuMs: null,
  linkMs: 0,
  resolveMs: 0,
  bytes: 0,
  beginMs: nowMs,
  endMs: nowMs,
  failed: false,
  topLevelAwait: false,
  circular: false,
  used: null,
  source: 'hooks',
  imports: new Set(),
});

/** Self + resolve time of each module and of all that it was the first to ask for. */
export const totalsOf = (nodes: readonly ModuleNode[]): Map<ModuleNode, number> => {
  const totals = new Map<ModuleNode, number>();
  for (const node of nodes) {
    const ownMs = node.selfMs + node.resolveMs;
    for (let at: ModuleNode | null = node; at; at = at.parent) totals.set(at, (totals.get(at) ?? 0) + ownMs);
  }
  return totals;
};
