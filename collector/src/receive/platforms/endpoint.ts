/** A path to which a platform delivers its telemetry: who may, what comes, and what it wants to hear. */
import type { IncomingMessage } from 'node:http';
import type { Place } from '../../platforms/format.ts';
import type { PlatformBody } from '../../platforms/index.ts';
import type { Answer } from '../answer.ts';
import type { DecodedOutcome } from '../decode.ts';

/** What a request says beside its body. */
export interface About {
  place: Place;
  /** The same whenever it is sent again; absent = it is known by its content. */
  requestId?: string;
}

export interface PlatformEndpoint {
  readonly path: string;
  readonly format: PlatformBody;
  /** Where the token is that cannot be in Authorization. */
  tokenElsewhere?(request: IncomingMessage, url: URL): string | undefined;
  /** @throws HttpError for what cannot be taken, before its body is read */
  about(request: IncomingMessage, url: URL): About;
  /** Absent = how much was taken, and why the rest was not. */
  accept?(request: IncomingMessage, outcome: DecodedOutcome): Answer;
  /** Absent, or nothing = as the read API refuses. */
  refuse?(request: IncomingMessage, status: number, message: string): Answer | undefined;
}

/** `?account=...&region=...&function=...` of what its platform does not say. */
export const placeIn = ({ searchParams }: URL): Place => {
  const [account, region, functionName] = ['account', 'region', 'function'].map(
    (name) => searchParams.get(name) || undefined,
  );
  return {
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
    ...(functionName !== undefined && { functionName }),
  };
};

/** Of senders that can be given nothing but a URL. No log holds it: of a request only its path is kept. */
export const tokenInUrl = (_request: IncomingMessage, { searchParams }: URL): string | undefined =>
  searchParams.get('token') ?? undefined;
