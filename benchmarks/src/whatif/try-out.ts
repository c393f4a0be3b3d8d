/**
 * Tries changes out: each is prepared, started beside the unchanged function in interleaved rounds, and gets its measured
 * saving. A change that does not work is no failure of the measurement: it is refused with its reason.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PriceBook } from '@coldlens/collector/pricing';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { type CollectOptions, collect, type Variant, VariantTrouble } from '../measure/interleave.ts';
import type { Sample } from '../measure/sample.ts';
import { savedUsdPerMonth } from '../results/money.ts';
import type { WhatIf } from '../results/result.ts';
import { median, medianWithInterval } from '../statistics.ts';
import type { Tree } from '../tree/tree.ts';
import type { Change } from './index.ts';
import type { PreparedWhatIf, ReadyWhatIf, WhatIfContext } from './what-if.ts';

export interface TryOutOptions extends Pick<CollectOptions, 'rounds' | 'enough' | 'signal' | 'onProgress'> {
  /** Cold starts a month, for money; `null` = not given. */
  coldPerMonth: number | null;
  prices: PriceBook;
}

type Money = Pick<TryOutOptions, 'coldPerMonth' | 'prices'>;

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
const attempt = async (change: Change, context: WhatIfContext): Promise<Attempt> => {
  try {
    return { change, prepared: await change.kind.prepare(change.value, context) };
  } catch (error) {
    if (context.signal?.aborted || !(error instanceof Trouble) || error.exitCode === exitCode.usage) throw error;
    return { change, prepared: refusedBecause(error, `Try ${change.text}.`) };
  }
};

const keyOf = (side: Variant): string => JSON.stringify(side);

/** What is started: each side once, however many changes are held against it. */
const distinct = (ready: readonly ReadyWhatIf[]): Variant[] => [
  ...new Map(
    ready.flatMap(({ changed, unchanged }) => [unchanged, changed]).map((side) => [keyOf(side), side]),
  ).values(),
];

const measured = (
  change: Change,
  { advice, changed, unchanged }: ReadyWhatIf,
  samplesOf: (side: Variant) => Sample[],
  { coldPerMonth, prices }: Money,
): WhatIf => {
  const [before, after] = [samplesOf(unchanged), samplesOf(changed)];
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
      coldPerMonth === null ? null : savedUsdPerMonth(unchanged, changed, { before, after }, coldPerMonth, prices),
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
const measureAll = async (
  attempts: readonly Attempt[],
  { coldPerMonth, prices, ...options }: TryOutOptions,
): Promise<WhatIf[]> => {
  const ready = attempts.flatMap(({ prepared }) => (prepared.state === 'ready' ? [prepared] : []));
  const variants = distinct(ready);
  const keys = variants.map(keyOf);
  try {
    const samples = variants.length === 0 ? [] : await collect(variants, options);
    const samplesOf = (side: Variant): Sample[] => samples[keys.indexOf(keyOf(side))] ?? [];
    return attempts.map(({ change, prepared }) =>
      prepared.state === 'ready'
        ? measured(change, prepared, samplesOf, { coldPerMonth, prices })
        : refused(change, prepared.advice, prepared.reason),
    );
  } catch (error) {
    if (!(error instanceof VariantTrouble)) throw error;
    const failed = keys[error.variant];
    const isFailed = ({ prepared }: Attempt): boolean =>
      prepared.state === 'ready' && keyOf(prepared.changed) === failed;
    // The function as it is does not start: that is for the caller to say.
    if (!attempts.some(isFailed)) throw error;
    const rest = attempts.map((each) =>
      isFailed(each) ? { ...each, prepared: refusedBecause(error, each.prepared.advice) } : each,
    );
    return measureAll(rest, { coldPerMonth, prices, ...options });
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
      const directory = await mkdtemp(join(root, 'change-'));
      attempts.push(await attempt(change, { ...variant, tree, directory, signal: options.signal }));
    }
    return await measureAll(attempts, options);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};
