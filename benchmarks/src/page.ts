/** Pages with a generated part, between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
import { readFile, writeFile } from 'node:fs/promises';

/**
 * Replaces the generated part.
 * @throws Error when the page has no such part
 */
export const writeGeneratedPart = async (file: string | URL, name: string, text: string): Promise<void> => {
  const page = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no part between ${begin} and ${end}`);
  await writeFile(file, `${page.slice(0, from + begin.length)}\n${text.trim()}\n${page.slice(to)}`);
};
