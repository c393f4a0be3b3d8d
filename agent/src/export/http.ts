/** One bounded POST. Its outcome is a value; it never throws, and nothing in it holds the process open. */
import type { ClientRequest } from 'node:http';
import type { Endpoint } from './endpoint.ts';

export type PostOutcome =
  | { state: 'accepted' }
  /** Worth sending again: the network failed, or the receiver said "later". */
  | { state: 'later'; reason: string }
  /** Sending the same again cannot help. */
  | { state: 'refused'; reason: string };

/** HTTP statuses that OTLP/HTTP allows a client to retry. */
const retryableStatuses: readonly number[] = [429, 502, 503, 504];

const outcomeOf = (status: number): PostOutcome => {
  if (status >= 200 && status < 300) return { state: 'accepted' };
  const reason = `the collector answered ${status}`;
  return retryableStatuses.includes(status) ? { state: 'later', reason } : { state: 'refused', reason };
};

/** Posts OTLP/JSON. Time that the process spends frozen does not count against the endpoint's time limit. */
export const post = ({ url, headers, timeoutMs, gzip }: Endpoint, text: string): Promise<PostOutcome> =>
  new Promise((resolve) => {
    let request: ClientRequest | undefined;
    const settle = (outcome: PostOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const giveUp = (): void => {
      request?.destroy();
      settle({ state: 'later', reason: `the collector did not answer within ${timeoutMs} ms` });
    };
    // After a freeze the timer is due at once, while the answer may already lie in the socket: one turn of the event
    // loop lets that answer be read first.
    const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), timeoutMs);
    timer.unref();
    try {
      // Loaded only now: node:http costs a cold start about 5 ms where the runtime has not loaded it itself.
      const { request: open } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
      const body = gzip ? process.getBuiltinModule('node:zlib').gzipSync(text) : Buffer.from(text);
      request = open(
        url,
        {
          method: 'POST',
          // A kept-alive socket would be dead after a long freeze, so each batch opens its own.
          agent: false,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'content-length': body.length,
            ...(gzip && { 'content-encoding': 'gzip' }),
          },
        },
        (response) => {
          // The answer's body is not needed, and a hostile one may be endless: the status alone decides.
          settle(outcomeOf(response.statusCode ?? 0));
          response.destroy();
        },
      );
      request.on('socket', (socket) => socket.unref());
      request.on('error', (error) => settle({ state: 'later', reason: error.message }));
      request.end(body);
    } catch (error) {
      settle({ state: 'refused', reason: error instanceof Error ? error.message : String(error) });
    }
  });
