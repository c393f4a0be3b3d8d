/** Runs a case and looks at what ClickHouse has afterwards. */
import type { FaultCase, Scale } from './cases.ts';
import type { Stage } from './stage.ts';
import { type Found, verify } from './verify.ts';

export interface CaseFigures {
  name: string;
  runs: number;
  ackedSpans: number;
  lost: number;
  duplicated: number;
  recoveryMs: number;
}

export interface CaseResult {
  figures: CaseFigures;
  /** What did not hold, one sentence each. */
  failures: string[];
}

/** @returns why it cannot run on this machine, where it cannot */
export const runCase = async (
  stage: Stage,
  one: FaultCase,
  scale: Scale,
): Promise<CaseResult | { skipped: string }> => {
  try {
    const told = await one.run(stage, scale);
    if ('skipped' in told) return told;
    const { scene, runs, recoveryMs, setAsideSpans = 0, failures = [] } = told;
    const found: Found = told.found ?? (await verify(scene.clickhouse, scene.load, scene.name));
    const { ackedSpans, duplicated, rollupsDiffer } = found;
    const lost = Math.max(0, found.lost - setAsideSpans);
    return {
      figures: { name: one.name, runs, ackedSpans, lost, duplicated, recoveryMs },
      failures: [
        ...failures,
        ...(ackedSpans > 0 ? [] : ['nothing was acknowledged']),
        ...(lost === 0 ? [] : [`${lost} acknowledged spans are not there`]),
        ...(duplicated === 0 ? [] : [`${duplicated} rows are there twice`]),
        ...(rollupsDiffer === 0 ? [] : [`the rollups differ from the rows by ${rollupsDiffer} invocations`]),
      ].map((failure) => `${one.name}: ${failure}.`),
    };
  } finally {
    await stage.clear();
  }
};
