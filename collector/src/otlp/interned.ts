/**
 * Text that comes again and again, such as names and many values of attributes, as one string each: finding it by its bytes
 * takes half the time of making it, and what is looked up by it later is found at once.
 *
 * As many places as there are, whatever senders send: what comes to a taken one takes it.
 */

const places = 8_192;
/** Longer ones are ids, paths and queries, which seldom come again. */
const longest = 32;

const strings: (string | undefined)[] = new Array(places).fill(undefined);

/** The text of these bytes. Invalid UTF-8 becomes U+FFFD: one bad string must not cost the sender the whole batch. */
export function internedText(bytes: Buffer, from: number, end: number): string {
  const length = end - from;
  if (length === 0) return '';
  if (length > longest) return bytes.toString('utf8', from, end);
  let [hash, all] = [length, 0];
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number;
    hash = Math.imul(hash ^ byte, 0x0100_0193);
    all |= byte;
  }
  // Only of ASCII a unit of the string is a byte.
  if (all > 0x7f) return bytes.toString('utf8', from, end);
  const place = (hash ^ (hash >>> 15)) & (places - 1);
  const known = strings[place];
  if (known !== undefined && known.length === length && isSame(known, bytes, from)) return known;
  const made = bytes.toString('latin1', from, end);
  strings[place] = made;
  return made;
}

function isSame(text: string, bytes: Buffer, from: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
