/** What keys are called, of what a terminal reports of them. */
import type { Key } from 'ink';

/** Control characters that can arrive in the middle of a batch of typed text. */
const controlNames: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0003': 'ctrl+c',
  '\u0015': 'ctrl+u',
  '\u001a': 'ctrl+z',
  '\u001b': 'escape',
};

const namedKeys = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  // Some terminals send the delete sequence for the backspace key.
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/**
 * The keys in one report of Ink, in order. Presses arrive in batches (`"jj"` is two keys), and Esc directly followed by a
 * character arrives as that character with Meta.
 */
export function keyNames(input: string, key: Key): string[] {
  if (key.eventType === 'release') return [];
  if (key.tab && key.shift) return ['shift+tab'];
  const named = namedKeys.find(([flag]) => key[flag]);
  if (named !== undefined) return [named[1]];
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input}`];
  const characters = [...input].map((character) => controlNames[character] ?? character);
  return key.meta ? ['escape', ...characters] : characters;
}
