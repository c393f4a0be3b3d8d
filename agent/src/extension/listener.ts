/** What the extension hears: the agent's spans and the platform's telemetry, both on one port. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const { createServer } = process.getBuiltinModule('node:http');

/** What is heard, by path; `false` = the body is not what belongs there. */
export type Ears = Readonly<Record<string, (body: unknown) => boolean>>;

/** The agent keeps a batch below about 600 kB, the platform one of telemetry below 1 MB and an event. */
const maxBodyBytes = 2 * 1024 * 1024;

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
};

/**
 * The platform delivers from another network namespace, to an address that it gives `sandbox.localdomain`; so we listen
 * on all of them, and hear only who is on this machine: loopback, one of our own addresses, or link-local.
 */
const isNear = ({ remoteAddress = '', localAddress }: IncomingMessage['socket']): boolean =>
  remoteAddress === localAddress || /^(::ffff:)?(127\.|169\.254\.)|^::1$/.test(remoteAddress);

/** @throws Error when the port is taken */
export const listen = (port: number, ears: Ears): Promise<Server> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const hear = ears[request.url ?? ''];
    if (!isNear(request.socket) || request.method !== 'POST' || !hear) {
      response.writeHead(404).end();
      return;
    }
    const isGood = hear(await readJson(request));
    response.writeHead(isGood ? 200 : 400, { 'content-type': 'application/json', connection: 'close' }).end('{}');
  };
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      // A sender that broke off has nobody left to answer.
      answer(request, response).catch(() => response.destroy());
    });
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(server));
  });
};
