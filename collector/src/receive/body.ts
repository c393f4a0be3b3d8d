/** Reads a request's body into memory, never more of it than allowed, before and after gunzip. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ByteLease } from './byte-budget.ts';
import { HttpError } from './http-error.ts';

/** OTLP's default limit of a body, before and after decompression. */
export const maxBodyBytes = 64 * 1024 * 1024;

/**
 * @param lease pays for every byte that is kept, compressed and not; the caller releases it when it is done with them.
 * @throws {@link HttpError} 400 bad gzip or encoding, 413 too long, 503 budget spent.
 */
export async function readBody(request: IncomingMessage, lease: ByteLease, limit = maxBodyBytes): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new HttpError(400, `Content-Encoding "${encoding.slice(0, 40)}" is not known here: send gzip or none.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLong(limit);
  const raw = await collect(request, lease, limit);
  return encoding === 'gzip' ? await gunzip(raw, lease, limit) : raw;
}

async function gunzip(compressed: Buffer, lease: ByteLease, limit: number): Promise<Buffer> {
  // An empty body is an empty request in either encoding.
  if (compressed.length === 0) return compressed;
  const stream = createGunzip();
  stream.end(compressed);
  try {
    return await collect(stream, lease, limit);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, 'The body is not gzip, though its Content-Encoding says so, or it is cut off.');
  } finally {
    stream.destroy();
  }
}

/** Leaves the source open, so that a refusal can still be answered on its connection. */
async function collect(source: Readable, lease: ByteLease, limit: number): Promise<Buffer> {
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

function tooLong(limit: number): HttpError {
  return new HttpError(413, `The body is longer than ${limit} bytes, before or after gunzip; send smaller batches.`);
}
