/** What a request is recognised by when its sender did not get our answer and sends it again. */
import { hash } from 'node:crypto';
import type { RawBody } from './decode.ts';

/** Of a hash: enough that no two contents ever have the same. */
const keyBytes = 16;
/** The part of gzip's header that every body has; among it when it was packed. */
const gzipHeaderBytes = 10;

/**
 * Of the bytes as they came, so that it is known before anything is unpacked. Senders that pack again for every try (the Python
 * exporter) give the same but for gzip's time of packing; the length and checksum of what was packed stand at the end. What a
 * request says of where its records are from is a part of it: sent again with another place, they are of another function.
 */
export const bodyKey = ({
  bytes,
  isGzip,
  format,
  place,
}: Pick<RawBody, 'bytes' | 'isGzip' | 'format' | 'place'>): Buffer => {
  const content = isGzip && bytes.length > gzipHeaderBytes ? bytes.subarray(gzipHeaderBytes) : bytes;
  const key = hash('sha256', content, 'buffer');
  if (place === undefined) return key.subarray(0, keyBytes);
  return hash('sha256', Buffer.concat([key, Buffer.from(JSON.stringify([format, place]))]), 'buffer').subarray(
    0,
    keyBytes,
  );
};
