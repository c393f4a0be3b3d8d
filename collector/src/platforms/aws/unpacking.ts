/** What AWS packs into texts: base64 of a gzip of JSON. All that comes out of one body is no longer than a body may be. */
import { gunzipped } from '../../reading/gunzip.ts';
import { checkJsonShape } from '../../reading/json-shape.ts';
import { MalformedBody, maxBodyBytes } from '../../reading/limits.ts';

/** Where it is gzip; anything else is as it was sent. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Of one body. */
export class Unpacking {
  #leftBytes = maxBodyBytes;

  /**
   * @returns `undefined` for what is cut off or broken
   * @throws OversizedBody when all of it is too much
   */
  bytes(packed: Uint8Array): Uint8Array | undefined {
    try {
      const bytes = isGzip(packed) ? gunzipped(packed, Math.max(1, this.#leftBytes)) : packed;
      this.#leftBytes -= bytes.length;
      return bytes;
    } catch (error) {
      if (error instanceof MalformedBody) return undefined;
      throw error;
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
