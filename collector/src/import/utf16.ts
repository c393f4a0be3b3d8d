/** Texts in UTF-16, as PowerShell writes what a command prints into a file. All that reads records takes UTF-8. */

/** Byte order marks. UTF-16 without one is told from nothing else for certain. */
const marks: Readonly<Record<string, string>> = { fffe: 'utf-16le', feff: 'utf-16be' };

/** By the first bytes of a file; `undefined` = it is no UTF-16. */
export const utf16Of = (head: Buffer): string | undefined => marks[head.toString('hex', 0, 2)];

/** The same text in UTF-8, without its mark. What is no character becomes U+FFFD. */
export async function* utf8Of(encoding: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}
