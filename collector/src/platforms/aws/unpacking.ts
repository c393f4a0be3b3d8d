/** What AWS packs into texts: base64 of a gzip of JSON. All that comes out of one body is no longer than a body may be. */
import { gunzipped } from '../../reading/gunzip.ts';
import { checkJsonShape } from '../../reading/json-shape.ts';
import { MalformedBody, maxBodyBytes, OversizedBody } from '../../reading/limits.ts';

/** Where it is gzip; anything else is as it was sent. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Firehose packs some megabytes into a request, and a message of a log is seldom below 300 bytes. */
const mostPacked = 250_000;
/** Node frees what it has unpacked of a broken one, up to 20 kB, only when the thread is done with the body. */
const mostBroken = 1_000;

/** Of one body. */
export class Unpacking {
  #leftBytes = maxBodyBytes;
  #packed = 0;
  #broken = 0;

  /**
   * @returns `undefined` for what is cut off or broken
   * @throws OversizedBody when all of it is too much
   */
  bytes(packed: Uint8Array): Uint8Array | undefined {
    this.#packed += 1;
    if (this.#packed > mostPacked) throw new OversizedBody(`The request holds more than ${mostPacked} packed records.`);
    if (this.#broken >= mostBroken)
      throw new OversizedBody(`The request holds ${mostBroken} packed records that are broken.`);
    try {
      const bytes = isGzip(packed) ? gunzipped(packed, Math.max(1, this.#leftBytes)) : packed;
      this.#leftBytes -= bytes.length;
      return bytes;
    } catch (error) {
      if (!(error instanceof MalformedBody)) throw error;
      this.#broken += 1;
      return undefined;
    }
  }

  /** @throws OversizedBody, as {@link Unpacking.bytes} */
  base64(data: string): Uint8Array | undefined {
    return this.bytes(Buffer.from(data, 'base64'));
  }
}

/**
 * @returns `undefined` for what is no JSON
 * @throws OversizedBody for what has too many parts
 */
export const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    checkJsonShape(bytes);
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    if (error instanceof MalformedBody || error instanceof SyntaxError) return undefined;
    throw error;
  }
};
