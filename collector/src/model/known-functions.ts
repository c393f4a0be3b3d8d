/**
 * How many functions there can be: rankings, rollups and questions cost by the function, so a sender that makes up names
 * could make them cost whatever it likes. Each sender may bring so many new ones; further ones are kept together under one
 * name. Those that are known keep their names whoever sends them, so that nobody can push anyone else's out.
 *
 *   What is known is a table of hashes in shared memory: workers that decode see what the others have let in.
 */
import { hash } from 'node:crypto';
import type { FunctionIdentity } from './function-page.ts';
import { type FunctionFacts, functionKey } from './invocation/facts.ts';

export const defaultMaxFunctions = 10_000;

/** All senders together may bring so many times what one may. */
const sendersWorth = 4;
/** Senders that share a place here share its count. */
const senderPlaces = 256;
/** Of the first word: how many are known. */
const knownPlace = 0;

export interface KnownFunctionsMemory {
  readonly hashes: SharedArrayBuffer;
  readonly counts: SharedArrayBuffer;
}

/** For another thread. */
export interface SharedKnownFunctions {
  readonly perSender: number;
  readonly memory: KnownFunctionsMemory;
}

const keyOf = ({ name, ...place }: FunctionIdentity): string => functionKey({ ...place, functionName: name });

/** 64 bits of SHA-256: nobody finds a name that falls on another's. Never 0, which is an empty place. */
const hashOf = (text: string): bigint => BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`) || 1n;

export class KnownFunctions {
  readonly memory: KnownFunctionsMemory;
  readonly #perSender: number;
  readonly #hashes: BigUint64Array;
  readonly #counts: Int32Array;
  /** Found there before by this thread, which spares it the hash; never more than there can be. */
  readonly #admitted = new Set<string>();

  /** @param memory of another one, to be the same */
  constructor(
    perSender: number = defaultMaxFunctions,
    memory: KnownFunctionsMemory = KnownFunctions.#empty(perSender),
  ) {
    this.#perSender = perSender;
    this.memory = memory;
    this.#hashes = new BigUint64Array(memory.hashes);
    this.#counts = new Int32Array(memory.counts);
  }

  /** Twice the places that can be taken, so that a search ends soon. */
  static #empty(perSender: number): KnownFunctionsMemory {
    const places = 2 ** Math.ceil(Math.log2(2 * sendersWorth * perSender));
    return {
      hashes: new SharedArrayBuffer(places * BigUint64Array.BYTES_PER_ELEMENT),
      counts: new SharedArrayBuffer((1 + senderPlaces) * Int32Array.BYTES_PER_ELEMENT),
    };
  }

  /** What a thread needs to know the same: see {@link KnownFunctions.shared}. */
  share(): SharedKnownFunctions {
    return { perSender: this.#perSender, memory: this.memory };
  }

  static shared({ perSender, memory }: SharedKnownFunctions): KnownFunctions {
    return new KnownFunctions(perSender, memory);
  }

  get limit(): number {
    return sendersWorth * this.#perSender;
  }

  /** How many are known. */
  get size(): number {
    return Atomics.load(this.#counts, knownPlace);
  }

  /** Those that were stored before; nobody has to answer for them. */
  add(functions: Iterable<FunctionIdentity>): void {
    for (const one of functions) this.#find(hashOf(keyOf(one)), () => this.#take(knownPlace, this.limit));
  }

  /** True when it is known, or becomes so. @param key of a function @param sender whose count it goes on */
  admit(key: string, sender: string): boolean {
    if (this.#admitted.has(key)) return true;
    const place = 1 + Number(hashOf(sender) % BigInt(senderPlaces));
    const isAdmitted = this.#find(hashOf(key), () => {
      if (!this.#take(place, this.#perSender)) return false;
      if (this.#take(knownPlace, this.limit)) return true;
      Atomics.sub(this.#counts, place, 1);
      return false;
    });
    if (isAdmitted) this.#admitted.add(key);
    return isAdmitted;
  }

  /** @param mayJoin asked at most once, when it is not there @returns whether it is there now */
  #find(wanted: bigint, mayJoin: () => boolean): boolean {
    const mask = this.#hashes.length - 1;
    let mayTake: boolean | undefined;
    for (let place = Number(wanted & BigInt(mask)); ; place = (place + 1) & mask) {
      const there = Atomics.load(this.#hashes, place);
      if (there === wanted) return true;
      if (there !== 0n) continue;
      mayTake ??= mayJoin();
      if (!mayTake) return false;
      const before = Atomics.compareExchange(this.#hashes, place, 0n, wanted);
      if (before === 0n || before === wanted) return true;
      // Another one was faster: look further.
    }
  }

  #take(place: number, limit: number): boolean {
    if (Atomics.add(this.#counts, place, 1) < limit) return true;
    Atomics.sub(this.#counts, place, 1);
    return false;
  }
}

/** One sender's count, asked of one function after the other. */
export class Admission {
  readonly #known: KnownFunctions;
  readonly #sender: string;
  // Records that follow each other are mostly of one function.
  #last: FunctionFacts | undefined;
  #isAdmitted = true;

  constructor(known: KnownFunctions, sender: string) {
    this.#known = known;
    this.#sender = sender;
  }

  admits(facts: FunctionFacts): boolean {
    if (facts !== this.#last) {
      this.#last = facts;
      this.#isAdmitted = facts.functionName === null || this.#known.admit(facts.key, this.#sender);
    }
    return this.#isAdmitted;
  }
}
