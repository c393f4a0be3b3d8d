/** Whether anybody told how invocations started. */
import type { Latency } from './ranking.ts';

/** Of some platforms nobody does: then none is cold and none is warm, which is not the same as none being cold. */
export const areKindsKnown = (coldStarts: number, warm: Latency): boolean =>
  coldStarts > 0 || Object.values(warm).some((value) => value !== null);
