/** One invocation of a Worker, told by Logpush or by a Tail Worker: what both have in common becomes a report here. */
import { createHash } from 'node:crypto';
import { endingOf, platformOf, type Ran, sharedId, triggerOf } from '../../model/invocation/cloudflare.ts';
import { type FunctionFacts, namedFunction } from '../../model/invocation/facts.ts';
import type { Telling } from '../../model/telling.ts';
import { msToNs } from '../../model/time.ts';
import { exampleOf } from '../fields.ts';
import type { Place } from '../format.ts';

export interface Told extends Ran {
  scriptName: string | null;
  version: string | null;
  atNs: bigint | null;
  rayId: string | null;
  cron: string | null;
  scheduledMs: number | null;
  /** Unique, of our own Tail Worker: where no id is shared with anybody. */
  ownId: string | null;
  outcome: string | null;
  /** Name of the first exception that nobody caught. */
  exception: string | null;
  cpuMs: number | null;
  wallMs: number | null;
}

/** Of one function, and of each version of it, an object is made once; a body with more of them is no ordinary one. */
const mostFunctions = 1_000;

export class Invocations {
  readonly #place: Place;
  readonly #into: Telling;
  readonly #functions = new Map<string, FunctionFacts & { functionName: string }>();

  constructor(place: Place, into: Telling) {
    this.#place = place;
    this.#into = into;
  }

  /** @param record that it was read from; the same again is the same invocation */
  take(told: Told, record: unknown): void {
    const functionName = told.scriptName ?? this.#place.functionName;
    if (functionName === undefined || told.atNs === null) {
      this.#into.notKnown(functionName === undefined ? 'no function' : 'wrong time', exampleOf(record));
      return;
    }
    const ending = endingOf(told.outcome, told.exception);
    const cpuNs = told.cpuMs === null ? null : msToNs(told.cpuMs);
    const of = this.#function(functionName, told.version);
    this.#into.report(
      {
        ...{ of, functionName, seenNs: told.atNs },
        invocationId: sharedId(told, told) ?? told.ownId ?? idOf(told, record),
        facts: {
          platformStartedNs: told.atNs,
          platformDurationNs: told.wallMs === null ? null : msToNs(told.wallMs),
          // Rounded up, as it is billed.
          platformCpuUs: cpuNs === null ? null : (cpuNs + 999n) / 1_000n,
          platformStatus: ending?.status ?? null,
          platformErrorType: ending?.errorType ?? null,
          trigger: triggerOf(told.handler),
          cloudPlatform: platformOf(told),
        },
      },
      `${functionName}: ${told.atNs} ns since 1970`,
    );
  }

  #function(functionName: string, version: string | null): FunctionFacts & { functionName: string } {
    const key = JSON.stringify([functionName, version]);
    let known = this.#functions.get(key);
    if (known === undefined) {
      const { account = '', region = '' } = this.#place;
      known = namedFunction(functionName, { provider: 'cloudflare', account, region, functionVersion: version });
      if (this.#functions.size < mostFunctions) this.#functions.set(key, known);
    }
    return known;
  }
}

/** Cloudflare gives it none. Logpush delivers a line again as it was, so the line is the id. */
const idOf = ({ handler }: Told, record: unknown): string =>
  `${handler ?? 'event'} ${createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 32)}`;
