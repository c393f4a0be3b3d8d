/** What stands between a client and a collector, and spoils what passes: a script of what happens to each request. */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

interface Passage {
  body: Buffer;
  request: IncomingMessage;
  response: ServerResponse;
}

/** What happens to one request. */
export type Fate = (passage: Passage) => Promise<void>;

const forward = ({ request }: Passage, to: string, body: Buffer): Promise<Passed> =>
  new Promise((resolve, reject) => {
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = request.headers;
    const sent = httpRequest(
      `${to}${request.url}`,
      { method: request.method, agent: false, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const { connection: _, 'keep-alive': __, ...told } = response.headers as Record<string, string>;
          resolve({ status: response.statusCode ?? 0, headers: told, body: Buffer.concat(parts) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

const answer = ({ response }: Passage, { status, headers, body }: Passed): void => {
  response.writeHead(status, headers).end(body);
};

export const fates = {
  /** As if nothing stood between. */
  passes:
    (to: string): Fate =>
    async (passage) =>
      answer(passage, await forward(passage, to, passage.body)),
  /** Half of the body is lost. */
  isCutShort:
    (to: string): Fate =>
    async (passage) =>
      answer(passage, await forward(passage, to, passage.body.subarray(0, passage.body.length / 2))),
  /** The collector never sees it. */
  isLost:
    (): Fate =>
    async ({ request }) =>
      void request.socket.destroy(),
  /** The collector has answered, but nobody hears it. */
  answerIsLost:
    (to: string): Fate =>
    async (passage) => {
      await forward(passage, to, passage.body);
      passage.request.socket.destroy();
    },
  /** The answer comes late. */
  isSlow:
    (to: string, ms: number): Fate =>
    async (passage) => {
      const passed = await forward(passage, to, passage.body);
      await new Promise((resolve) => setTimeout(resolve, ms));
      answer(passage, passed);
    },
};

export interface Between {
  url: string;
  /** How often spans were sent to it. */
  requests(): number;
  /** What the latest request said of its body. */
  latest(): Record<'content-type' | 'content-encoding', string | undefined>;
  /** From the next request on; the last fate is that of all that follow. */
  plays(...script: Fate[]): void;
  close(): void;
}

export async function startBetween(): Promise<Between> {
  let fatesLeft: Fate[] = [];
  let requests = 0;
  let latest: IncomingMessage['headers'] = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // Some send metrics as well, at any time.
      if (request.url !== '/v1/traces') return void response.writeHead(404).end();
      requests += 1;
      latest = request.headers;
      const fate = fatesLeft.length > 1 ? fatesLeft.shift() : fatesLeft[0];
      fate?.({ body: Buffer.concat(chunks), request, response }).catch((error: unknown) => {
        response.destroy(error as Error);
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    latest: () => ({ 'content-type': latest['content-type'], 'content-encoding': latest['content-encoding'] }),
    plays: (...script) => {
      fatesLeft = script;
      requests = 0;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
