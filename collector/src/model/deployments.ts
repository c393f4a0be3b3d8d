/** Deployments, found by what invocations were served by: nobody tells of them. */
import { type Deployment, type DeploymentChange, deployed } from './function-page.ts';

type What = DeploymentChange['what'];

/** Invocations of one step that were served by the same. '' = not told. */
export interface ServedBy extends Readonly<Record<What, string>> {
  /** Where the step begins, milliseconds since 1970. */
  stepMs: number;
  invocations: number;
  /** When its first cold start in the step was; `null` = it had none. */
  firstColdMs: number | null;
}

const mostDeployments = 100;
/**
 * What was away while so many invocations were served is back by a deployment; what is away for fewer may be one of two
 * versions that share the traffic.
 */
const fewestMeanwhile = 20;

interface Begin {
  atMs: number;
  change: DeploymentChange;
}

interface Served {
  invocations: number;
  firstColdMs: number | null;
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** Steps in which it was told, in their order, and what had which part in them. */
const timeline = (rows: readonly ServedBy[], what: What): [stepMs: number, Map<string, Served>][] => {
  const steps = new Map<number, Map<string, Served>>();
  for (const { stepMs, invocations, firstColdMs, [what]: value } of rows) {
    if (value === '') continue;
    const step = steps.get(stepMs) ?? new Map<string, Served>();
    steps.set(stepMs, step);
    const known = step.get(value) ?? { invocations: 0, firstColdMs: null };
    step.set(value, {
      invocations: known.invocations + invocations,
      firstColdMs: earliest(known.firstColdMs, firstColdMs),
    });
  }
  return [...steps].sort(([a], [b]) => a - b);
};

/** Of several in one step, the first to have a cold start first. */
const inOrder = (step: ReadonlyMap<string, Served>): [value: string, Served][] =>
  [...step].sort(([, a], [, b]) => (a.firstColdMs ?? 0) - (b.firstColdMs ?? 0));

const mostOf = (step: ReadonlyMap<string, Served>): string | undefined =>
  [...step].reduce<[string, Served] | undefined>(
    (most, each) => (most && most[1].invocations >= each[1].invocations ? most : each),
    undefined,
  )?.[0];

const beginsOf = (rows: readonly ServedBy[], what: What, sinceMs: number): Begin[] => {
  const begins: Begin[] = [];
  /** How many invocations there had been when a value was last seen. */
  const lastSeen = new Map<string, number>();
  let before: string | undefined;
  let served = 0;
  for (const [stepMs, step] of timeline(rows, what)) {
    for (const [value, { firstColdMs }] of inOrder(step)) {
      const meanwhile = served - (lastSeen.get(value) ?? Number.NEGATIVE_INFINITY);
      // What the window begins with was there before, or may have been.
      if (before !== undefined && stepMs > sinceMs && meanwhile >= fewestMeanwhile) {
        begins.push({ atMs: firstColdMs ?? stepMs, change: { what, from: before, to: value } });
      }
      if (before === undefined || meanwhile >= fewestMeanwhile) before = value;
    }
    for (const { invocations } of step.values()) served += invocations;
    for (const value of step.keys()) lastSeen.set(value, served);
    before = mostOf(step);
  }
  return begins;
};

/** @param sinceMs where the window begins: its first step holds none */
export const deploymentsOf = (rows: readonly ServedBy[], sinceMs: number): Deployment[] => {
  const begins = deployed.flatMap((what) => beginsOf(rows, what, sinceMs));
  return [...Map.groupBy(begins, ({ atMs }) => atMs)]
    .sort(([a], [b]) => a - b)
    .slice(-mostDeployments)
    .map(([atMs, together]) => ({ at: new Date(atMs).toISOString(), changes: together.map(({ change }) => change) }));
};
