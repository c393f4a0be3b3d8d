/** One HTTP request to a sandbox on this machine, as the platform's front would pass it on. */
import { request } from 'node:http';
import type { Answer } from './instance.ts';

export interface HttpCall {
  port: number;
  method?: string;
  path?: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Cloud Run's own limit of a response, the largest of the platforms that are called this way. */
const maxBodyBytes = 32 * 1_024 * 1_024;

const call = ({ port, method = 'POST', path = '/', headers, body }: HttpCall): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers: all, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= maxBodyBytes) return;
        resolve({ state: 'failed', errorType: 'ResponseTooLarge', body: `more than ${maxBodyBytes} bytes` });
        incoming.destroy();
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const status = incoming.statusCode ?? 0;
        if (status < 500) resolve({ state: 'succeeded', body: text });
        else resolve({ state: 'failed', errorType: `HTTP ${status}`, body: text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/** The answer and when it was complete, on the clock of `performance.now()`. A status from 500 on is a failure. */
export const timedCall = async (made: HttpCall): Promise<{ answer: Answer; atMs: number }> => {
  const answer = await call(made);
  return { answer, atMs: performance.now() };
};
