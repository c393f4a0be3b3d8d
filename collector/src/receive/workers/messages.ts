/** What the main thread and a thread that decodes say to each other. */
import type { Decoded, RawBody } from '../decode.ts';

/** Bodies that are decoded together. */
export interface Work {
  receivedMs: number;
  bodies: RawBody[];
}

export interface Done extends Decoded {
  /** Processor time of this thread for it, microseconds. */
  cpuUs: number;
}
