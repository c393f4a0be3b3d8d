/** Sentences as lines. */
import { cells } from './clean.ts';

/** Breaks between words; a longer word stands alone and is cut by the screen. */
export const wrapped = (text: string, width: number): string[] =>
  text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || cells(last) + 1 + cells(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
    return lines;
  }, []);
