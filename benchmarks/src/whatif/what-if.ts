/** A change that can be tried out without touching the user's files: what every kind of it gives. */
import type { Variant } from '../measure/interleave.ts';
import type { Tree } from '../tree/tree.ts';

export interface WhatIfContext extends Variant {
  /** The target's module tree; `null` where it could not be taken. */
  tree: Tree | null;
  /** Empty directory of this what-if, removed by the caller. */
  directory: string;
  /** Ends what the preparation starts. */
  signal?: AbortSignal | undefined;
}

/** New text of one of the user's files. */
export interface SourceEdit {
  /** Absolute. */
  file: string;
  source: string;
  /** Text that it was made from. */
  before: string;
  diff: string;
}

export interface ReadyWhatIf {
  state: 'ready';
  /** What a person would do, one sentence. */
  advice: string;
  changed: Variant;
  /** What it is compared with, where that is not the target as it is: both sides must carry the same instruments. */
  unchanged: Variant;
}

export interface RefusedWhatIf {
  state: 'refused';
  advice: string;
  /** Why it cannot be tried, one sentence. */
  reason: string;
}

export type PreparedWhatIf = ReadyWhatIf | RefusedWhatIf;

export interface WhatIfKind {
  /** Before the `=` of `--try`. */
  name: string;
  /** What stands behind it: `MODULE`; absent = nothing may. */
  value?: string;
  help: string;
  /** @throws `Trouble` (wrong usage) when the value is not allowed */
  prepare(value: string, context: WhatIfContext): Promise<PreparedWhatIf>;
}
