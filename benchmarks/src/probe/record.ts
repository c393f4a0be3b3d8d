/**
 * What the probe writes and the parent reads: one JSON file. All instants are milliseconds on the system's monotonic clock
 * (`process.hrtime`), which all processes of a machine share.
 */
import type { Profiler } from 'node:inspector';
import type { ModuleNode } from '@coldlens/agent/modules';

export const recordVersion = 1;

/** A module; others are referred to by their place in the list. */
export interface RecordedNode extends Omit<ModuleNode, 'parent' | 'imports'> {
  parent: number | null;
  imports: number[];
}

export interface ProbeRecord {
  version: typeof recordVersion;
  /** Path of what ran, and its version. */
  node: string;
  pid: number;
  /** Whether ES modules could be watched. */
  seesEsm: boolean;
  /** When the process's own clock began. */
  startedMs: number;
  /** What loading and starting the probe took. */
  probeMs: number;
  /** When the user's code began to load; `null` = it did not. */
  beginMs: number | null;
  writtenMs: number;
  entryKey: string | null;
  nodes: RecordedNode[];
  /** Modules beyond the cap, which are not in the list. */
  dropped: number;
  /** Milliseconds that watching took and that are in no module. */
  ownMs: number;
  /** Microseconds on the same clock. */
  profile: Profiler.Profile | null;
  /** Something of the probe went wrong: what is here may be too little. */
  trouble: string | null;
}
