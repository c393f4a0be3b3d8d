/** `POST /v1/traces`: OTLP as its specification has it, in requests and answers. */
import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import { anyone, type Caller } from '../gate.ts';
import { HttpError } from '../http-error.ts';
import type { Intake } from '../intake.ts';
import { contentType, encodingOf, partialSuccessBody, statusAnswer, successBody } from './reply.ts';

export interface CollectorStats {
  /** OTLP requests, whatever became of them. */
  requests: number;
  /** Spans that could be decoded. */
  receivedSpans: number;
  /** Spans that are durable and were answered with 200; also those of a request that had come before. */
  acknowledgedSpans: number;
  /** Spans refused one by one (bad ids) in requests that were otherwise stored. */
  rejectedSpans: number;
  /** Requests answered with an error, or broken off by their sender. */
  failedRequests: number;
}

export class TraceReceiver {
  readonly #intake: Intake;
  readonly #stats: CollectorStats = {
    requests: 0,
    receivedSpans: 0,
    acknowledgedSpans: 0,
    rejectedSpans: 0,
    failedRequests: 0,
  };

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  stats(): CollectorStats {
    return { ...this.#stats };
  }

  async receive(request: IncomingMessage, caller: Caller = anyone): Promise<Answer> {
    this.#stats.requests += 1;
    try {
      const encoding = encodingOf(request);
      if (encoding === null) {
        throw new HttpError(415, 'Send OTLP traces as application/x-protobuf or application/json.');
      }
      const { records, rejected } = await this.#intake.take(request, { format: encoding, sender: caller.id });
      this.#stats.receivedSpans += records;
      this.#stats.acknowledgedSpans += records - rejected;
      this.#stats.rejectedSpans += rejected;
      const answer =
        rejected === 0
          ? successBody(encoding)
          : partialSuccessBody(encoding, rejected, `${rejected} of ${records} spans have no valid trace or span id.`);
      return { status: 200, contentType: contentType[encoding], body: answer };
    } catch (error) {
      this.#stats.failedRequests += 1;
      if (!(error instanceof HttpError)) throw error;
      return statusAnswer(request, error.status, error.message);
    }
  }
}
