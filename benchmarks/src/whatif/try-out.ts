/**
 * Tries changes out: each is prepared, started beside the unchanged function in interleaved rounds, and gets its measured
 * saving. A change that does not work is no failure of the measurement: it is refused with its reason.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { type InterleaveOptions, interleave, type Variant, VariantTrouble } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import { savedUsdPerMonth } from '../results/money.ts';
import type { WhatIf } from '../results/result.ts';
import { median, medianWithInterval } from '../statistics.ts';
import type { Tree } from '../tree/tree.ts';
import type { Change } from './index.ts';
import type { PreparedWhatIf, ReadyWhatIf } from './what-if.ts';

export interface TryOutOptions extends Pick<InterleaveOptions, 'signal' | 'onProgress'> {
  /** Rounds that are measured in any case, and at most. */
  minRounds: number;
  maxRounds: number;
  /** No further round is begun after so many milliseconds. */
  maxMs: number;
  /** Cold starts a month, for money; `null` = not given. */
  coldPerMonth: number | null;
}

interface Attempt {
  change: Change;
  prepared: PreparedWhatIf;
}

const refusedBecause = (error: Trouble, advice: string): PreparedWhatIf => ({
  state: 'refused',
  advice,
  reason: error.message,
});

/** @throws `Trouble` for wrong usage only */
const attempt = async (change: Change, variant: Variant, tree: Tree | null, directory: string): Promise<Attempt> => {
  try {
    return { change, prepared: await change.kind.prepare(change.value, { ...variant, tree, directory }) };
  } catch (error) {
    if (!(error instanceof Trouble) || error.exitCode === exitCode.usage) throw error;
    return { change, prepared: refusedBecause(error, `Try ${change.text}.`) };
  }
};

/** What is started: each side once, however many changes are held against it. */
const distinct = (ready: readonly ReadyWhatIf[]): Variant[] => {
  const byText = new Map<string, Variant>();
  for (const { changed, unchanged } of ready)
    for (const side of [unchanged, changed]) byText.set(JSON.stringify(side), side);
  return [...byText.values()];
};

type Samples = Map<string, Sample[]>;

/** @throws {@link VariantTrouble} when a variant fails */
const measure = async (variants: readonly Variant[], options: TryOutOptions): Promise<Samples> => {
  const { minRounds, maxRounds, maxMs, signal, onProgress } = options;
  const samples: Samples = new Map(variants.map((variant) => [JSON.stringify(variant), []]));
  const endMs = performance.now() + maxMs;
  let rounds = 0;
  for await (const round of interleave(variants, { rounds: maxRounds, signal, ...(onProgress && { onProgress }) })) {
    for (const [place, sample] of round.entries()) samples.get(JSON.stringify(variants[place]))?.push(sample);
    rounds += 1;
    if (rounds >= minRounds && performance.now() > endMs) break;
  }
  return samples;
};

const measured = (
  change: Change,
  { advice, changed, unchanged }: ReadyWhatIf,
  samples: Samples,
  coldPerMonth: number | null,
): WhatIf => {
  const after = samples.get(JSON.stringify(changed)) ?? [];
  const before = samples.get(JSON.stringify(unchanged)) ?? [];
  const savedMs = medianWithInterval(before.map(({ coldMs }, round) => coldMs - (after[round]?.coldMs ?? Number.NaN)));
  return {
    change: change.text,
    advice,
    savedMs,
    beforeMs: median(before.map(({ coldMs }) => coldMs)),
    afterMs: median(after.map(({ coldMs }) => coldMs)),
    isSure: savedMs.ciLow > 0 || savedMs.ciHigh < 0,
    pairs: before.length,
    savedUsdPerMonth:
      coldPerMonth === null ? null : savedUsdPerMonth(unchanged, changed, { before, after }, coldPerMonth),
    refused: null,
  };
};

const refused = (change: Change, advice: string, reason: string): WhatIf => ({
  change: change.text,
  advice,
  savedMs: null,
  beforeMs: null,
  afterMs: null,
  isSure: false,
  pairs: 0,
  savedUsdPerMonth: null,
  refused: reason,
});

/** Measures those that can be tried; one that fails is refused, and the others are measured without it. */
const measureAll = async (attempts: readonly Attempt[], options: TryOutOptions): Promise<WhatIf[]> => {
  const ready = attempts.flatMap(({ prepared }) => (prepared.state === 'ready' ? [prepared] : []));
  const variants = distinct(ready);
  try {
    const samples: Samples = variants.length === 0 ? new Map() : await measure(variants, options);
    return attempts.map(({ change, prepared }) =>
      prepared.state === 'ready'
        ? measured(change, prepared, samples, options.coldPerMonth)
        : refused(change, prepared.advice, prepared.reason),
    );
  } catch (error) {
    if (!(error instanceof VariantTrouble)) throw error;
    const failed = JSON.stringify(variants[error.variant]);
    const isFailed = ({ prepared }: Attempt): boolean =>
      prepared.state === 'ready' && JSON.stringify(prepared.changed) === failed;
    // The function as it is does not start: that is for the caller to say.
    if (!attempts.some(isFailed)) throw error;
    const rest = attempts.map((each) =>
      isFailed(each) ? { ...each, prepared: refusedBecause(error, each.prepared.advice) } : each,
    );
    return measureAll(rest, options);
  }
};

/**
 * One entry a change, in the given order.
 * @throws `Trouble` when the function as it is cannot be started, or a change is none
 */
export const tryOut = async (
  changes: readonly Change[],
  variant: Variant,
  tree: Tree | null,
  options: TryOutOptions,
): Promise<WhatIf[]> => {
  const root = await mkdtemp(join(tmpdir(), 'coldlens-what-if-'));
  try {
    const attempts: Attempt[] = [];
    for (const change of changes) {
      attempts.push(await attempt(change, variant, tree, await mkdtemp(join(root, 'change-'))));
    }
    return await measureAll(attempts, options);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};
