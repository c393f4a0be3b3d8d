/** Unpacks a body, never to more than allowed. It holds its thread up as long as that takes: see receive/workers/. */
import { gunzipSync } from 'node:zlib';
import { MalformedBody, maxBodyBytes, OversizedBody, tooLong } from './limits.ts';

/** Spans are seldom packed to less than a thirtieth. */
const usualRatio = 32;
const mostAtOnce = 1024 * 1024;

/**
 * How much to unpack at once: all of it, by what gzip's end says, which may be untrue. So it is believed only within what
 * bodies usually are; whatever is longer is unpacked piece by piece.
 */
function unpackBytes(bytes: Uint8Array): number {
  const told =
    bytes.length < 18
      ? 0
      : new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  return Math.max(1_024, Math.min(told + 1, bytes.length * usualRatio, mostAtOnce));
}

/**
 * @param limit of what comes out
 * @throws {@link MalformedBody} for what is no gzip, {@link OversizedBody} for what is too long
 */
export function gunzipped(bytes: Uint8Array, limit = maxBodyBytes): Uint8Array {
  // An empty body is an empty request in either encoding.
  if (bytes.length === 0) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: limit, chunkSize: unpackBytes(bytes) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new OversizedBody(tooLong(limit));
    throw new MalformedBody('The body is not gzip, though its Content-Encoding says so, or it is cut off.');
  }
}
