/** The paths to which platforms deliver their own telemetry, by one table: the same durable way as OTLP's. */
import { type UnknownCount, UnknownRecords } from '../../model/unknown-records.ts';
import { type Answer, errorAnswer, jsonAnswer } from '../answer.ts';
import type { DecodedOutcome } from '../decode.ts';
import { HttpError } from '../http-error.ts';
import type { Intake } from '../intake.ts';
import { retryAfter } from '../retry-after.ts';
import type { Route } from '../server.ts';
import type { PlatformEndpoint } from './endpoint.ts';
import { platformEndpoints } from './index.ts';

export interface PlatformStats {
  readonly path: string;
  /** Lines, events or entries that were answered as taken, also those that told nothing. */
  readonly records: number;
  readonly unknown: readonly UnknownCount[];
}

interface Counts {
  records: number;
  unknown: UnknownRecords;
}

const accepted = ({ records, unknown }: DecodedOutcome): Answer => jsonAnswer(200, { records, unknown });

const refused = (status: number, message: string): Answer => {
  const answer = errorAnswer(status, message, 'See the page of this source in the documentation.');
  return status === 503 ? { ...answer, headers: { ...answer.headers, ...retryAfter() } } : answer;
};

export class PlatformReceiver {
  readonly #intake: Intake;
  readonly #counts = new Map<string, Counts>();

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** Of endpoints that have had anything. */
  stats(): PlatformStats[] {
    return [...this.#counts].map(([path, { records, unknown }]) => ({ path, records, unknown: unknown.list() }));
  }

  routes(): Route[] {
    return platformEndpoints.map((endpoint) => this.#route(endpoint));
  }

  #route(endpoint: PlatformEndpoint): Route {
    const { path, format } = endpoint;
    const refuse: NonNullable<Route['refuse']> = (request, status, message) =>
      endpoint.refuse?.(request, status, message) ?? refused(status, message);
    return {
      ...{ method: 'POST', path, scope: 'write', refuse },
      ...(endpoint.tokenElsewhere && { tokenElsewhere: endpoint.tokenElsewhere }),
      handle: async (request, url, caller) => {
        try {
          const outcome = await this.#intake.take(request, {
            format,
            sender: caller.id,
            ...endpoint.about(request, url),
          });
          this.#count(path, outcome);
          return endpoint.accept?.(request, outcome) ?? accepted(outcome);
        } catch (error) {
          if (error instanceof HttpError) return refuse(request, error.status, error.message);
          throw error;
        }
      },
    };
  }

  #count(path: string, { records, unknown }: DecodedOutcome): void {
    let counts = this.#counts.get(path);
    if (counts === undefined) {
      counts = { records: 0, unknown: new UnknownRecords() };
      this.#counts.set(path, counts);
    }
    counts.records += records;
    counts.unknown.addAll(unknown);
  }
}
