/** Looks at the brackets of a JSON text before it is parsed: a few bytes each become objects twenty times their size. */
import { MalformedBody, maxSpans, maxValues, OversizedBody } from './limits.ts';

/** Shorter texts become no more than some tens of megabytes, whatever they hold. */
const harmlessBytes = 1024 * 1024;
/** Objects and arrays around spans and values: each has one or two of them. */
const maxBrackets = 2 * (maxSpans + maxValues);
/** Values lie 10 brackets deep, and a level of 32 has 4 of them; the rest is for what later versions add. */
const maxDepth = 200;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
/** `[` and `{`, and what closes them, differ from each other by this bit alone. */
const caseBit = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/** @throws {@link MalformedBody} for too deep a text, {@link OversizedBody} for one of too many parts */
export function checkJsonShape(body: Uint8Array): void {
  if (body.length <= harmlessBytes) return;
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === quote) at = endOfText(body, at);
    else if ((byte | caseBit) === opening) {
      depth += 1;
      parts += 1;
      if (depth > maxDepth) throw new MalformedBody(`The body is nested deeper than ${maxDepth} levels.`);
    } else if ((byte | caseBit) === closing) depth -= 1;
    else if (byte === comma) parts += 1;
    if (parts > maxBrackets) throw new OversizedBody(`The body has more than ${maxBrackets} parts.`);
  }
}

/** Texts are most of a body; finding their end is left to what does it fastest. */
function endOfText(body: Uint8Array, start: number): number {
  for (let from = start + 1; ; ) {
    const end = body.indexOf(quote, from);
    if (end === -1) return body.length;
    let slashes = 0;
    while (body[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
    from = end + 1;
  }
}
