/** The chunks of a file as its bytes come. */
import type { Chunk } from './chunk.ts';
import { Framer } from './framer.ts';

/** Each when it is known whether it is the last. */
export async function* chunksOf(
  bytes: AsyncIterable<Uint8Array>,
  chunkBytes?: number,
): AsyncGenerator<Chunk & { isLast: boolean }> {
  const framer = new Framer(chunkBytes);
  let held: Chunk[] = [];
  for await (const piece of bytes) {
    held.push(...framer.push(piece));
    for (const chunk of held.slice(0, -1)) yield { ...chunk, isLast: false };
    held = held.slice(-1);
  }
  held.push(...framer.end());
  for (const [at, chunk] of held.entries()) yield { ...chunk, isLast: at === held.length - 1 };
}
