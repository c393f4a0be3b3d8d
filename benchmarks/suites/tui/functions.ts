/**
 * Ten thousand functions that are not there, and what happens to them: the same at every run. An update changes 40 of them,
 * eight among the first thirty; all were invoked, and every tenth started cold once more, which moves it by a rank or two.
 */
import { type RankedFunction, type Ranking, type RankingSort, startsOf } from '@coldlens/collector';

export const functionCount = 10_000;
const changedPerUpdate = 40;
/** Of these, among those that a dashboard shows at first. */
const changedInSight = 8;
const inSight = 30;
const coldEvery = 10;

const trendSteps = 25;
const hourMs = 3_600_000;

/** Small numbers without order: a linear congruential generator (Numerical Recipes' constants). */
const createRandom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const regions = ['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'];
const runtimes = ['nodejs24.x', 'nodejs22.x', 'python3.13', 'java25'];
const words = ['checkout', 'thumbnail', 'invoice', 'webhook', 'report', 'session', 'search', 'export'];

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const firstFunction = (index: number, random: (below: number) => number): RankedFunction => {
  // Neighbours are half a per mille apart, as many functions are alike.
  const p99Ms = rounded(9_000 * Math.exp(-index / 2_000));
  // Of those in sight every invocation shows: counts are told in full up to 9,999.
  const invocations = 500 + random(index < inSight ? 5_000 : 200_000);
  const coldStarts = 10 + random(400);
  const totalUsd = rounded(invocations * 2.1e-6);
  return {
    provider: 'aws',
    account: '123456789012',
    region: regions[index % regions.length] ?? '',
    name: `${words[random(words.length)]}-${words[random(words.length)]}-${String(index).padStart(5, '0')}`,
    version: '$LATEST',
    runtime: runtimes[random(runtimes.length)] ?? '',
    arch: 'arm64',
    memoryMb: 128 << random(4),
    invocations,
    ...startsOf(coldStarts, invocations - coldStarts),
    coldBurst: 1 + random(9),
    coldAffected: 0,
    errors: random(5),
    cold: { p50Ms: rounded(p99Ms * 0.6), p90Ms: rounded(p99Ms * 0.8), p99Ms, maxMs: rounded(p99Ms * 1.1) },
    warm: { p50Ms: rounded(1 + random(900) / 100), p90Ms: 12.4, p99Ms: 40.2, maxMs: 180.9 },
    untold: { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null },
    phases: {
      reportedInitMs: null,
      platformMs: null,
      runtimeStartMs: rounded(p99Ms * 0.05),
      initMs: rounded(p99Ms * 0.5),
      executionMs: rounded(p99Ms * 0.05),
      restoreMs: null,
    },
    limits: { memoryUsedMb: 96, timeoutMs: 30_000 },
    modules: { seen: 'complete', hint: null },
    uploaded: null,
    cost: {
      totalUsd,
      coldUsd: rounded(totalUsd * 0.1),
      perMillionUsd: 2.1,
      monthlyUsd: rounded(totalUsd * 30),
      reason: null,
    },
    before: null,
    trend: Array.from({ length: trendSteps }, () =>
      random(4) === 0 ? null : rounded(p99Ms * (0.7 + random(300) / 1000)),
    ),
  };
};

/** Invoked some more times; where it started cold, everything of its cold starts is a little different. */
const later = (one: RankedFunction, isCold: boolean, random: (below: number) => number): RankedFunction => {
  const more = 1 + random(20);
  const invocations = one.invocations + more;
  const coldStarts = (one.coldStarts ?? 0) + (isCold ? 1 : 0);
  const totalUsd = (one.cost.totalUsd ?? 0) + more * 2.1e-6;
  const invoked = { ...one, invocations, ...startsOf(coldStarts, invocations - coldStarts) };
  const cost = { ...one.cost, totalUsd, monthlyUsd: totalUsd * 30 };
  if (!isCold) return { ...invoked, cost };
  const factor = 1 + (random(5) - 2) / 2_000;
  const p99Ms = rounded((one.cold.p99Ms ?? 0) * factor);
  return {
    ...invoked,
    cost: { ...cost, coldUsd: (one.cost.coldUsd ?? 0) + 1e-5 },
    cold: { ...one.cold, p99Ms },
    trend: [...(one.trend ?? []).slice(0, -1), p99Ms],
  };
};

const sortedBy: Readonly<Record<RankingSort, (one: RankedFunction) => number | null>> = {
  'cold-p99': ({ cold }) => cold.p99Ms,
  'cold-p50': ({ cold }) => cold.p50Ms,
  'cold-cost': ({ cost }) => cost.coldUsd,
  cost: ({ cost }) => cost.totalUsd,
  invocations: ({ invocations }) => invocations,
  'cold-p90': ({ cold }) => cold.p90Ms,
  'cold-max': ({ cold }) => cold.maxMs,
  'cold-ratio': ({ coldRatio }) => coldRatio,
  'cold-starts': ({ coldStarts }) => coldStarts,
  errors: ({ errors }) => errors,
};

export interface Functions {
  update(): void;
  ranking(sort: RankingSort, limit: number, window: { sinceMs: number; untilMs: number }): Ranking;
}

export function createFunctions(count = functionCount): Functions {
  const random = createRandom(1);
  const functions = Array.from({ length: count }, (_, index) => firstFunction(index, random));
  const changeAt = (place: number, turn: number): void => {
    const one = functions[place];
    if (one !== undefined) functions[place] = later(one, turn % coldEvery === 0, random);
  };
  let turn = 0;
  return {
    update() {
      for (let change = 0; change < changedPerUpdate; change += 1) {
        turn += 1;
        changeAt(random(change < changedInSight ? Math.min(inSight, count) : count), turn);
      }
    },
    ranking(sort, limit, { sinceMs, untilMs }) {
      const value = sortedBy[sort];
      const ranked = functions.toSorted((a, b) => (value(b) ?? -1) - (value(a) ?? -1)).slice(0, limit);
      const fromMs = untilMs - sinceMs;
      return {
        since: new Date(fromMs).toISOString(),
        until: new Date(untilMs).toISOString(),
        trend: { from: new Date(fromMs).toISOString(), stepMs: hourMs, steps: trendSteps },
        prices: '2026-09-19',
        functions: ranked,
        totals: null,
      };
    },
  };
}
