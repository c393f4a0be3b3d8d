/** How cold p99 went within the window of a ranking, of the functions that it shows: what sparklines are drawn of. */
import type { TrendSteps } from '../../model/ranking.ts';
import type { Connection } from '../connection.ts';
import { dayMs, hourMs, milliseconds, type Nanoseconds, nearestRank } from '../periods.ts';
import type { Chosen } from './choose.ts';
import { namedOrAsked } from './facts.ts';
import type { Window } from './source.ts';

const minuteMs = 60_000;
/** Steps begin where clocks strike, so that what is past does not change from one question to the next. */
const stepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 4, 7, 14, 28, 56, 112].map((days) => days * dayMs),
];
/** One step more is begun where the window begins within one. */
const mostWholeSteps = 32;

export interface Steps {
  fromMs: number;
  stepMs: number;
  count: number;
}

/** The shortest steps of which the window has no more than 33. */
export const stepsOf = (sinceMs: number, untilMs: number): Steps => {
  const windowMs = untilMs - sinceMs;
  const stepMs = stepsMs.find((each) => windowMs <= each * mostWholeSteps) ?? windowMs;
  const fromMs = Math.floor(sinceMs / stepMs) * stepMs;
  return { fromMs, stepMs, count: Math.floor((untilMs - fromMs) / stepMs) + 1 };
};

/** What clocks ahead of ours have told belongs to the last step. */
const statement = (coldStarts: string): string => `
SELECT function_id, groupArray(step) AS steps, groupArray(p99) AS p99_ns
FROM (
  SELECT function_id, least(intDiv(toUnixTimestamp64Milli(at) - {from_ms:Int64}, {step_ms:Int64}), {steps:Int64} - 1) AS step,
    ${nearestRank([99], 'assumeNotNull(latency_ns)')}[1] AS p99
  FROM ${coldStarts}
  WHERE isNotNull(latency_ns)
  GROUP BY function_id, step)
GROUP BY function_id`;

interface Row {
  function_id: string;
  steps: (string | number)[];
  p99_ns: Nanoseconds[];
}

export interface Trends {
  steps: TrendSteps;
  /** By the function's id. */
  of(id: string): (number | null)[];
}

/** @throws what the client throws */
export async function trendsOf(
  connection: Connection,
  { source, parameters, sinceMs }: Window,
  shown: readonly Chosen[],
  filter: string,
  nowMs: number,
): Promise<Trends> {
  const { fromMs, stepMs, count } = stepsOf(sinceMs, nowMs);
  const { where, given } = namedOrAsked(shown, filter);
  const asked = { ...parameters, ...given, from_ms: fromMs, step_ms: stepMs, steps: count };
  const rows = await connection.select<Row>(statement(source.coldStarts(where)), asked);
  const byId = new Map(rows.map((row) => [row.function_id, row]));
  return {
    steps: { from: new Date(fromMs).toISOString(), stepMs, steps: count },
    of: (id) => {
      const told = new Array<number | null>(count).fill(null);
      const { steps = [], p99_ns: values = [] } = byId.get(id) ?? {};
      for (const [at, step] of steps.entries()) told[Number(step)] = milliseconds(values[at]);
      return told;
    },
  };
}
