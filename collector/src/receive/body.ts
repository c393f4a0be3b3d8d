/** Reads a request's body into memory, never more of it than allowed. */
import type { IncomingMessage } from 'node:http';
import { maxBodyBytes, tooLong } from '../reading/limits.ts';
import type { ByteLease } from './byte-budget.ts';
import { HttpError } from './http-error.ts';

/**
 * As it came: where it is gzip, it is unpacked where it is decoded, which is not on this thread.
 * @param lease pays for every byte that is kept; the caller releases it when it is done with them.
 * @throws {@link HttpError} 400 bad encoding, 413 too long, 503 budget spent.
 */
export async function readBody(
  request: IncomingMessage,
  lease: ByteLease,
  limit = maxBodyBytes,
): Promise<{ bytes: Buffer; isGzip: boolean }> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new HttpError(400, `Content-Encoding "${encoding.slice(0, 40)}" is not known here: send gzip or none.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw longer(limit);
  return { bytes: await collect(request, lease, limit), isGzip: encoding === 'gzip' };
}

const busy = 'The collector holds as many unfinished requests as it can; send this one again.';

/**
 * Leaves the source open, so that a refusal can still be answered on its connection. By its events: an iterator over it takes
 * 8 microseconds more of a small request's 45.
 */
function collect(source: IncomingMessage, lease: ByteLease, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const leave = (): void => {
      source.off('data', take).off('end', finish).off('error', fail).off('close', breakOff);
    };
    const fail = (error: Error): void => {
      leave();
      source.pause();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) fail(longer(limit));
      else if (lease.take(chunk.length)) chunks.push(chunk);
      else fail(new HttpError(503, busy));
    };
    const finish = (): void => {
      leave();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    };
    const breakOff = (): void => fail(Object.assign(new Error('The sender broke off.'), { code: 'ECONNRESET' }));
    source.on('data', take).on('end', finish).on('error', fail).on('close', breakOff);
  });
}

const longer = (limit: number): HttpError => new HttpError(413, tooLong(limit));
