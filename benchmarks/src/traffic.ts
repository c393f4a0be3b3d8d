/**
 * Traffic for the example functions: first rounds of cold starts, so that every function has some to rank, then calls
 * that arrive unevenly (calm stretches and bursts) on instances that come and go.
 */
import { Trouble } from '@coldlens/collector';
import type { Example } from './examples.ts';
import { seededRandom } from './random.ts';
import { instanceOf } from './sandboxes/index.ts';
import type { Instance, ObservedInvocation } from './sandboxes/instance.ts';
import type { RuntimeClient } from './sandboxes/lambda/runtime-client.ts';

export interface TrafficEvents {
  /** After every answered invocation. */
  onInvocation?(fn: Example, observed: ObservedInvocation): void;
  /** A function that cannot be started is left out from then on. */
  onTrouble?(fn: Example, trouble: Trouble): void;
}

export interface TrafficOptions {
  functions: readonly Example[];
  /** What runs the Lambda functions. */
  client: RuntimeClient;
  /** Added to every function's own variables, for example `COLDLENS_ENDPOINT`. */
  environment: Readonly<Record<string, string>>;
  /** Same seed, same order of calls. */
  seed?: number;
  events?: TrafficEvents;
}

/** Cold starts run one at a time: two at once on a small machine would measure each other. */
const maxInstancesPerFunction = 3;
/** An idle instance is reclaimed after 4 to 16 s; the platform takes minutes, which nobody would watch. */
const idleMinMs = 4_000;
const idleSpanMs = 12_000;
const refusedShare = 0.15;

/** Stretches of traffic: mean calls a second, and how long they last. */
const stretches = [
  { callsPerSecond: 3, ms: 6_000 },
  { callsPerSecond: 20, ms: 2_000 },
  { callsPerSecond: 0.7, ms: 5_000 },
  { callsPerSecond: 8, ms: 3_000 },
] as const;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });

interface Slot {
  instance: Instance;
  fn: Example;
  busy: boolean;
  expiresMs: number;
}

export class Traffic {
  readonly #options: TrafficOptions;
  readonly #random: () => number;
  readonly #slots = new Set<Slot>();
  readonly #broken = new Set<string>();
  readonly #underway = new Set<Promise<void>>();
  #lastColdStart: Promise<unknown> = Promise.resolve();
  #events = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
  }

  /** Starts every function cold once, each followed by one to four warm calls. The instances stay. */
  async coldRound(signal: AbortSignal): Promise<void> {
    for (const fn of this.#options.functions) {
      if (signal.aborted || this.#broken.has(fn.name)) continue;
      await this.#retire((slot) => slot.fn === fn);
      const slot = await this.#coldStart(fn);
      const warm = 1 + Math.floor(this.#random() * 4);
      for (let call = 0; slot && call < warm && !signal.aborted; call += 1) await this.#call(slot);
    }
  }

  /** Uneven traffic until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const stretch = stretches[turn % stretches.length] ?? stretches[0];
      const endMs = performance.now() + stretch.ms;
      while (performance.now() < endMs && !signal.aborted) {
        // Exponential gaps make a Poisson process: calls that know nothing of each other.
        await pause((-Math.log(1 - this.#random()) / stretch.callsPerSecond) * 1_000, signal);
        if (!signal.aborted) this.#arrive();
      }
    }
    await Promise.allSettled(this.#underway);
  }

  /** Shuts every instance down; what they still have to send, they send now. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#underway);
    await this.#retire(() => true);
  }

  #arrive(): void {
    const fn = this.#pick();
    if (!fn) return;
    const work = this.#serve(fn).finally(() => this.#underway.delete(work));
    this.#underway.add(work);
  }

  async #serve(fn: Example): Promise<void> {
    await this.#retire((slot) => !slot.busy && slot.expiresMs < performance.now());
    const own = [...this.#slots].filter((slot) => slot.fn === fn);
    const idle = own.find((slot) => !slot.busy);
    if (idle) return this.#call(idle);
    // At the cap the call is dropped, as a throttled one would be.
    if (own.length < maxInstancesPerFunction) await this.#coldStart(fn);
  }

  #pick(): Example | undefined {
    const functions = this.#options.functions.filter((fn) => !this.#broken.has(fn.name));
    const total = functions.reduce((sum, fn) => sum + fn.trafficWeight, 0);
    let left = this.#random() * total;
    for (const fn of functions) {
      left -= fn.trafficWeight;
      if (left < 0) return fn;
    }
    return undefined;
  }

  #event(): string {
    this.#events += 1;
    return JSON.stringify({ id: this.#events, refuse: this.#random() < refusedShare });
  }

  async #coldStart(fn: Example): Promise<Slot | null> {
    const { client, environment, events } = this.#options;
    const instance = instanceOf({ ...fn, environment: { ...fn.environment, ...environment } }, client);
    const slot: Slot = { instance, fn, busy: true, expiresMs: Number.POSITIVE_INFINITY };
    this.#slots.add(slot);
    const start = this.#lastColdStart.then(() => instance.start(this.#event()));
    this.#lastColdStart = start.catch(() => undefined);
    try {
      events?.onInvocation?.(fn, await start);
      this.#rest(slot);
      return slot;
    } catch (error) {
      this.#slots.delete(slot);
      this.#broken.add(fn.name);
      if (!(error instanceof Trouble)) throw error;
      events?.onTrouble?.(fn, error);
      return null;
    }
  }

  async #call(slot: Slot): Promise<void> {
    slot.busy = true;
    try {
      const observed = await slot.instance.invoke(this.#event());
      this.#options.events?.onInvocation?.(slot.fn, observed);
      this.#rest(slot);
    } catch (error) {
      // The process ended between two calls: the platform would start another one.
      this.#slots.delete(slot);
      await slot.instance.stop();
      if (error instanceof Trouble) this.#options.events?.onTrouble?.(slot.fn, error);
      else throw error;
    }
  }

  #rest(slot: Slot): void {
    slot.busy = false;
    slot.expiresMs = performance.now() + idleMinMs + this.#random() * idleSpanMs;
  }

  async #retire(which: (slot: Slot) => boolean): Promise<void> {
    const leaving = [...this.#slots].filter(which);
    for (const slot of leaving) this.#slots.delete(slot);
    await Promise.all(leaving.map((slot) => slot.instance.stop()));
  }
}
