/**
 * GET by Node's own HTTP client: who asks four times a second for hours is better off without `fetch`, which costs 25 MB and half
 * as much time again. Redirects are answers like others.
 */
import type { IncomingMessage, RequestOptions } from 'node:http';

/** Rejects with what Node says, or with `signal`'s reason. The body has to be read to its end. */
export async function httpGet(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  try {
    return await once(url, { headers, signal });
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    // A connection that was kept from before had been closed meanwhile: the other side has not seen this question.
    return once(url, { headers, signal, agent: false });
  }
}

class ConnectionLost extends Error {}

async function once(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(url, options, resolve);
    request.once('error', (error: NodeJS.ErrnoException) =>
      reject(request.reusedSocket && error.code === 'ECONNRESET' ? new ConnectionLost() : error),
    );
  });
}
