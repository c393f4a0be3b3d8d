/** One cold start, measured from outside: a fresh process, from its spawn to its first response. */

export interface Sample {
  /** Spawn to response. */
  coldMs: number;
  /** Spawn until the runtime could take an event; `null` where the platform does not show that moment. */
  readyMs: number | null;
  /** CPU time of all threads by the response; `null` where it cannot be read (not Linux). */
  cpuMs: number | null;
  /** Resident memory at the response, MB of 1,048,576 bytes; `null` where it cannot be read. */
  rssMb: number | null;
}

/** The figures of a sample that comparisons are made of. */
export type SampleFigure = keyof Sample;

/** Under which circumstances a target is started; what is absent is as on this machine. */
export interface Condition {
  /** For reports: `node 26`, `compile cache`, `1024 MB`. */
  name: string;
  /** Path of the Node executable. Default: this process's own. */
  node?: string;
  /** MB; also sets the share of CPU where the machine allows it and `limitCpu` is set. */
  memoryMb?: number;
  limitCpu?: boolean;
  /** Added to the function's own variables. */
  environment?: Readonly<Record<string, string>>;
  /** Whether the files of the function are in memory before it starts. Default `warm`. */
  pageCache?: 'warm' | 'dropped';
}
