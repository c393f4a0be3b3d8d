/**
 * Measures several variants side by side: in every round each of them is started once, in an order that changes from round
 * to round, so that neither a drift of the machine nor who comes after whom favours one of them. The order matters more
 * than the statistics: one side after the other called identical code slower in 24 % of trials, interleaved in 2 %.
 */
import { Trouble } from '@coldlens/collector/trouble';
import type { Target } from '../targets/target.ts';
import type { Condition, Sample } from './sample.ts';
import { type StartOptions, startOnce } from './start.ts';

/** What is started: a target under a condition. */
export interface Variant {
  target: Target;
  condition: Condition;
}

export interface Progress {
  /** Starts, warm-ups included. */
  done: number;
  total: number;
  /** From what the starts took so far; `null` before the first. */
  secondsLeft: number | null;
}

export interface InterleaveOptions extends StartOptions {
  /** Most measured rounds; whoever iterates may end before. */
  rounds: number;
  /** Rounds before, which are started and thrown away. Default 1. */
  warmups?: number;
  onProgress?(progress: Progress): void;
}

/** One start of a variant failed; the others are no longer measured. */
export class VariantTrouble extends Trouble {
  /** Its place among the variants. */
  readonly variant: number;

  constructor(trouble: Trouble, variant: number) {
    super(trouble.message, trouble.next, trouble.exitCode, { cause: trouble });
    this.variant = variant;
  }
}

/**
 * Places in the order in which a round takes them: AB BA BA AB for two. Rotation puts everybody everywhere; every second
 * turn runs backwards, for in rotation alone everybody always follows the same one.
 */
export const orderOf = (round: number, variants: number): number[] => {
  const shift = round % variants;
  const places = Array.from({ length: variants }, (_, at) => (at + shift) % variants);
  return Math.floor(round / variants) % 2 === 1 ? places.reverse() : places;
};

/**
 * Each measured round: a sample of each variant, in the variants' order.
 * @throws {@link VariantTrouble} when a start fails; the signal's reason when aborted. Nothing is left running.
 */
export async function* interleave(
  variants: readonly Variant[],
  { rounds, warmups = 1, onProgress, ...options }: InterleaveOptions,
): AsyncGenerator<Sample[], void, undefined> {
  const total = (warmups + rounds) * variants.length;
  const beganMs = performance.now();
  let awayMs = 0;
  let done = 0;
  onProgress?.({ done, total, secondsLeft: null });
  for (let round = 0; round < warmups + rounds; round += 1) {
    const samples: Sample[] = [];
    for (const place of orderOf(round, variants.length)) {
      const { target, condition } = variants[place] as Variant;
      try {
        samples[place] = await startOnce(target, condition, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        throw error instanceof Trouble ? new VariantTrouble(error, place) : error;
      }
      done += 1;
      const meanMs = (performance.now() - beganMs - awayMs) / done;
      onProgress?.({ done, total, secondsLeft: ((total - done) * meanMs) / 1_000 });
    }
    if (round < warmups) continue;
    const yieldedMs = performance.now();
    yield samples;
    // What the other side does with a round is not the starts' time.
    awayMs += performance.now() - yieldedMs;
  }
}

export interface CollectOptions extends InterleaveOptions {
  /** After so many rounds none is begun once so many milliseconds have passed. Default: all rounds are taken. */
  enough?: { rounds: number; ms: number };
}

/** The samples of each variant, in the variants' order, round by round. @throws as {@link interleave} does */
export const collect = async (
  variants: readonly Variant[],
  { enough, ...options }: CollectOptions,
): Promise<Sample[][]> => {
  const samples: Sample[][] = variants.map(() => []);
  const endMs = performance.now() + (enough?.ms ?? 0);
  let rounds = 0;
  for await (const round of interleave(variants, options)) {
    for (const [place, sample] of round.entries()) samples[place]?.push(sample);
    rounds += 1;
    if (enough && rounds >= enough.rounds && performance.now() > endMs) break;
  }
  return samples;
};
