/**
 * How many different invocations were told of: exact up to some ten thousand, and an estimate beyond (HyperLogLog: 0.4 %; as
 * in Ertl, New cardinality estimation algorithms for HyperLogLog sketches, https://arxiv.org/abs/1702.01284), because
 * an import of any size has the same memory.
 */
import type { FunctionFacts } from '../model/invocation/facts.ts';

const exactUpTo = 50_000;
const indexBits = 16;
const registers = 2 ** indexBits;
/** Of 32 bits: one more than can be zero. */
const mostRank = 33;

/** Two hashes of 32 bits each, one behind the other. */
export type Hashes = Uint32Array<ArrayBuffer>;

/** Of invocations, each known by its function and its id. */
export const hashesOf = (invocations: readonly { of: FunctionFacts; invocationId: string }[]): Hashes => {
  const hashes = new Uint32Array(2 * invocations.length);
  let last: FunctionFacts | undefined;
  let seed = 0;
  let at = 0;
  for (const { of, invocationId } of invocations) {
    if (of !== last) {
      last = of;
      seed = hashOf(of.key);
    }
    let [first, second] = [seed, seed ^ 0x5bd1e995];
    const isUuid = invocationId.length === uuidLength;
    for (let index = 0; index < invocationId.length; index += 1) {
      // The 80 bits at both ends of a UUID tell any two apart, of whichever version it is.
      if (isUuid && index === 8) index = 24;
      const code = invocationId.charCodeAt(index);
      first = Math.imul(first ^ code, fnvPrime);
      second = Math.imul(second ^ code, otherPrime);
    }
    hashes[at] = mix(first);
    hashes[at + 1] = mix(second);
    at += 2;
  }
  return hashes;
};

const uuidLength = 36;
const fnvPrime = 0x01000193;
const otherPrime = 0x85ebca6b;

/** FNV-1a. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), fnvPrime);
  return mix(hash);
};

/** Spreads what differs in a few bits over all of them: the end of MurmurHash3. */
const mix = (hash: number): number => {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

export class DistinctCount {
  readonly #exact = new Set<number>();
  readonly #ranks = new Uint8Array(registers);

  get isExact(): boolean {
    return this.#exact.size <= exactUpTo;
  }

  get count(): number {
    return this.isExact ? this.#exact.size : this.#estimate();
  }

  add(hashes: Hashes): void {
    for (let at = 0; at < hashes.length; at += 2) {
      const [first, second] = [hashes[at] as number, hashes[at + 1] as number];
      // 53 bits.
      if (this.isExact) this.#exact.add(first * 2 ** 21 + (second >>> 11));
      const index = first >>> (32 - indexBits);
      const rank = Math.clz32(second) + 1;
      if (rank > (this.#ranks[index] as number)) this.#ranks[index] = rank;
    }
  }

  #estimate(): number {
    const counts = new Array<number>(mostRank + 1).fill(0);
    for (const rank of this.#ranks) counts[rank] = (counts[rank] as number) + 1;
    let sum = registers * tau(1 - (counts[mostRank] as number) / registers);
    for (let rank = mostRank - 1; rank >= 1; rank -= 1) sum = (sum + (counts[rank] as number)) / 2;
    sum += registers * sigma((counts[0] as number) / registers);
    return Math.round(registers ** 2 / (2 * Math.LN2 * sum));
  }
}

const sigma = (share: number): number => {
  let [power, weight, sum, before] = [share, 1, share, Number.NaN];
  while (sum !== before) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
};

const tau = (share: number): number => {
  if (share === 0 || share === 1) return 0;
  let [root, weight, sum, before] = [share, 1, 1 - share, Number.NaN];
  while (sum !== before) {
    before = sum;
    root = Math.sqrt(root);
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
};
