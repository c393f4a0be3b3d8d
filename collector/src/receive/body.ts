/** Reads a request's body into memory, never more of it than allowed. */
import type { IncomingMessage } from 'node:http';
import type { ByteLease } from './byte-budget.ts';
import { HttpError } from './http-error.ts';

/** OTLP's default limit of a body, before and after decompression. */
export const maxBodyBytes = 64 * 1024 * 1024;

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
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLong(limit);
  return { bytes: await collect(request, lease, limit), isGzip: encoding === 'gzip' };
}

/** Leaves the source open, so that a refusal can still be answered on its connection. */
async function collect(source: IncomingMessage, lease: ByteLease, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLong(limit);
    if (!lease.take(chunk.length)) {
      throw new HttpError(503, 'The collector holds as many unfinished requests as it can; send this one again.');
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}

export function tooLong(limit: number): HttpError {
  return new HttpError(413, `The body is longer than ${limit} bytes, before or after gunzip; send smaller batches.`);
}
