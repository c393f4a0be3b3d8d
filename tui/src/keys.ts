/** The one table of keys: it decides what a key does, and the footer and the help are written from it. */
import type { Key } from 'ink';
import type { Glyphs } from './format/glyphs.ts';

/** What the keyboard is talking to. */
export type Mode = 'list' | 'filter' | 'help';

export type Action =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'nextSort'
  | 'previousSort'
  | 'filter'
  | 'freeze'
  | 'refresh'
  | 'help'
  | 'back'
  | 'quit'
  | 'accept'
  | 'erase'
  | 'clear';

export interface KeyBinding {
  action: Action;
  modes: readonly Mode[];
  /** Names from {@link keyNames}. */
  keys: readonly string[];
  /** How the keys are written for people. */
  label: string;
  help: string;
  /** Word in the footer; absent = only in the help. */
  footer?: string;
}

export const keyTable: readonly KeyBinding[] = [
  { action: 'up', modes: ['list'], keys: ['up', 'k'], label: 'Up k', help: 'one function up' },
  { action: 'down', modes: ['list'], keys: ['down', 'j'], label: 'Down j', help: 'one function down', footer: 'move' },
  { action: 'pageUp', modes: ['list'], keys: ['pageup'], label: 'PgUp', help: 'one page up' },
  { action: 'pageDown', modes: ['list'], keys: ['pagedown'], label: 'PgDn', help: 'one page down' },
  { action: 'first', modes: ['list'], keys: ['g', 'home'], label: 'g Home', help: 'first function' },
  { action: 'last', modes: ['list'], keys: ['G', 'end'], label: 'G End', help: 'last function' },
  { action: 'nextSort', modes: ['list'], keys: ['s'], label: 's', help: 'sort by the next column', footer: 'sort' },
  { action: 'previousSort', modes: ['list'], keys: ['S'], label: 'S', help: 'sort by the column before' },
  {
    action: 'filter',
    modes: ['list'],
    keys: ['/'],
    label: '/',
    help: 'filter by regular expression; ! inverts',
    footer: 'filter',
  },
  { action: 'freeze', modes: ['list'], keys: [' '], label: 'Space', help: 'freeze or go on', footer: 'freeze' },
  { action: 'refresh', modes: ['list'], keys: ['R'], label: 'R', help: 'ask again now' },
  { action: 'help', modes: ['list'], keys: ['?'], label: '?', help: 'this page', footer: 'help' },
  { action: 'back', modes: ['help'], keys: ['escape', '?'], label: 'Esc', help: 'back', footer: 'back' },
  { action: 'back', modes: ['list'], keys: ['escape'], label: 'Esc', help: 'back: drop the filter' },
  { action: 'accept', modes: ['filter'], keys: ['return'], label: 'Enter', help: 'keep the filter', footer: 'keep' },
  { action: 'clear', modes: ['filter'], keys: ['ctrl+u'], label: 'Ctrl-U', help: 'empty the filter' },
  { action: 'erase', modes: ['filter'], keys: ['backspace'], label: 'Backspace', help: 'erase a character' },
  { action: 'back', modes: ['filter'], keys: ['escape'], label: 'Esc', help: 'drop the filter', footer: 'drop' },
  { action: 'quit', modes: ['list', 'help'], keys: ['q'], label: 'q', help: 'quit', footer: 'quit' },
  { action: 'quit', modes: ['list', 'filter', 'help'], keys: ['ctrl+c'], label: 'Ctrl-C', help: 'quit from anywhere' },
];

/** @returns what `key` does in `mode`; undefined when it does nothing there. */
export function actionFor(mode: Mode, key: string): Action | undefined {
  return keyTable.find((binding) => binding.modes.includes(mode) && binding.keys.includes(key))?.action;
}

/** The footer's entries for a mode. */
export function footerKeys(mode: Mode, glyphs: Glyphs): { label: string; word: string }[] {
  return keyTable.flatMap((binding) => {
    if (binding.footer === undefined || !binding.modes.includes(mode)) return [];
    return [{ label: binding.action === 'down' ? `${glyphs.up}${glyphs.down}` : binding.label, word: binding.footer }];
  });
}

/** Control characters that can arrive in the middle of a batch of typed text. */
const controlNames: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0003': 'ctrl+c',
  '\u0015': 'ctrl+u',
  '\u001b': 'escape',
};

const namedKeys = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
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
  const named = namedKeys.find(([flag]) => key[flag]);
  if (named !== undefined) return [named[1]];
  if (key.ctrl) return input === '' ? [] : [`ctrl+${input}`];
  const characters = [...input].map((character) => controlNames[character] ?? character);
  return key.meta ? ['escape', ...characters] : characters;
}
