/** What no reader of outside bytes goes beyond, so that a small hostile body cannot become gigabytes of objects. */

/** OTLP's default limit of a body, before and after decompression. */
export const maxBodyBytes = 64 * 1024 * 1024;

export const tooLong = (limit: number): string =>
  `The body is longer than ${limit} bytes, before or after gunzip; send smaller batches.`;

/** Deepest nesting of attribute values; the top value is level 1. */
export const maxValueDepth = 32;

/**
 * Most spans, and most attribute values, of one request. Two bytes on the wire are enough for one of each, so 64 MiB
 * of them would otherwise become gigabytes of objects. A body of ordinary spans meets the 64 MiB limit first.
 */
export const maxSpans = 250_000;
export const maxValues = 5_000_000;

/** The body is not what it says it is; the message says where it breaks. Becomes status 400. */
export class MalformedBody extends Error {
  override readonly name = 'MalformedBody';
}

/** The body holds more than we take in one request. Becomes status 413. */
export class OversizedBody extends Error {
  override readonly name = 'OversizedBody';
}

/** Counts what a reader makes, and stops it at the limits above. */
export class DecodeBudget {
  #spans = 0;
  #values = 0;

  countSpan(): void {
    this.#spans += 1;
    if (this.#spans > maxSpans) throw new OversizedBody(`The request holds more than ${maxSpans} spans.`);
  }

  countValue(): void {
    this.#values += 1;
    if (this.#values > maxValues) throw new OversizedBody(`The request holds more than ${maxValues} attribute values.`);
  }
}

/** @throws {@link MalformedBody} beyond {@link maxValueDepth}. */
export function checkDepth(depth: number): void {
  if (depth > maxValueDepth) {
    throw new MalformedBody(`An attribute value is nested deeper than ${maxValueDepth} levels.`);
  }
}
