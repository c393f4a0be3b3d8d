/**
 * Where Pub/Sub pushes what a sink of Cloud Logging sends it.
 *
 *   Whatever is not answered with 2xx is sent again, for days. So what can never be taken is answered as taken, with what is
 *   wrong in the answer's body; what cannot be kept now, or bears no token, is refused and comes again.
 */
import { jsonAnswer } from '../answer.ts';
import { type PlatformEndpoint, placeIn, tokenInUrl } from './endpoint.ts';

/** Such a body is no better when it comes again. */
const forGood: ReadonlySet<number> = new Set([400, 413, 415]);

/** The header is there where messages are pushed unwrapped, with their metadata. */
const messageId = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const googleEndpoints: readonly PlatformEndpoint[] = [
  {
    path: '/v1/google',
    format: 'cloud logging',
    // A push subscription has a URL, and no header that could be set.
    tokenElsewhere: tokenInUrl,
    about: ({ headers }, url) => {
      const requestId = messageId(headers['x-goog-pubsub-message-id']);
      return { place: placeIn(url), ...(requestId !== undefined && { requestId }) };
    },
    refuse: (_request, status, message) =>
      forGood.has(status) ? jsonAnswer(200, { records: 0, refused: message }) : undefined,
  },
];
