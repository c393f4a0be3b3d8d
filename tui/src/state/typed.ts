/** A line of text that is being typed: a filter, or where to go to. */
import { clean } from '../format/clean.ts';
import type { Action } from '../keys.ts';

/** Longer ones are nobody's wish, and a batch of pasted text must not grow without limit. */
const maxLength = 200;

/** @returns the text after a key that has no action there */
export function withTyped(text: string, key: string): string {
  const typed = [...key].length === 1 ? clean(key) : '';
  return (text + typed).slice(0, maxLength);
}

/** As if it were typed: the first line that has text, for a line break would accept it. */
export const pastedKeys = (text: string): string[] => {
  const line = text.split(/[\r\n]/).find((each) => each.trim() !== '') ?? '';
  return [...clean(line.trim().slice(0, maxLength))];
};

export const edited = (text: string, action: Extract<Action, 'erase' | 'clear'>): string =>
  action === 'clear' ? '' : [...text].slice(0, -1).join('');
