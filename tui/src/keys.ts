/** The one table of keys: it decides what a key does, and the footer and the help are written from it. */
import type { Glyphs } from './format/glyphs.ts';

/** The screens, by the word that people jump to them with. */
export const screenIds = [
  'functions',
  'function',
  'invocation',
  'modules',
  'live',
  'benchmarks',
  'health',
  'why',
] as const;
export type ScreenId = (typeof screenIds)[number];

/** Modules that open and close have keys of their own; in a flat list, and in a flame, there is nothing to open. */
export type PageMode = ScreenId | 'flat modules' | 'flame';

/** What the keyboard is talking to. */
export type Mode = PageMode | 'filter' | 'palette' | 'help';

export type Action =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'open'
  | 'nextPane'
  | 'previousPane'
  | 'nextSort'
  | 'previousSort'
  | 'group'
  | 'compare'
  | 'modules'
  | 'why'
  | 'onlyCold'
  | 'expand'
  | 'collapse'
  | 'filter'
  | 'copy'
  | 'export'
  | 'freeze'
  | 'refresh'
  | 'palette'
  | 'help'
  | 'back'
  | 'quit'
  | 'suspend'
  | 'accept'
  | 'erase'
  | 'clear';

export interface KeyBinding {
  action: Action;
  modes: readonly Mode[];
  /** Names as `keyNames` gives them. */
  keys: readonly string[];
  /** How the keys are written for people. */
  label: string;
  help: string;
  /** Word in the footer; absent = only in the help. */
  footer?: string;
}

const moduleModes = ['modules', 'flat modules', 'flame'] as const;
const all: readonly PageMode[] = [...screenIds, 'flat modules', 'flame'];

export const keyTable: readonly KeyBinding[] = [
  { action: 'up', modes: all, keys: ['up', 'k'], label: 'Up k', help: 'one line up' },
  { action: 'down', modes: all, keys: ['down', 'j'], label: 'Down j', help: 'one line down', footer: 'move' },
  { action: 'pageUp', modes: all, keys: ['pageup'], label: 'PgUp', help: 'one page up' },
  { action: 'pageDown', modes: all, keys: ['pagedown'], label: 'PgDn', help: 'one page down' },
  { action: 'first', modes: all, keys: ['g', 'home'], label: 'g Home', help: 'to the first' },
  { action: 'last', modes: all, keys: ['G', 'end'], label: 'G End', help: 'to the last' },
  {
    action: 'open',
    modes: ['functions'],
    keys: ['return'],
    label: 'Enter',
    help: 'open the function',
    footer: 'open',
  },
  {
    action: 'open',
    modes: ['function'],
    keys: ['return'],
    label: 'Enter',
    help: 'open the cold start',
    footer: 'open',
  },
  {
    action: 'open',
    modes: ['live'],
    keys: ['return'],
    label: 'Enter',
    help: 'open the invocation',
    footer: 'open',
  },
  {
    action: 'onlyCold',
    modes: ['live'],
    keys: ['c'],
    label: 'c',
    help: 'only cold starts, or all',
    footer: 'only cold',
  },
  {
    action: 'nextPane',
    modes: ['health', 'invocation'],
    keys: ['tab'],
    label: 'Tab',
    help: 'the next part of the page',
    footer: 'part',
  },
  {
    action: 'previousPane',
    modes: ['health', 'invocation'],
    keys: ['shift+tab'],
    label: 'Shift-Tab',
    help: 'the part before',
  },
  {
    action: 'open',
    modes: ['modules'],
    keys: ['return'],
    label: 'Enter',
    help: 'expand or collapse',
    footer: 'expand',
  },
  { action: 'expand', modes: ['modules'], keys: ['right', 'l'], label: 'Right l', help: 'expand' },
  { action: 'collapse', modes: ['modules'], keys: ['left', 'h'], label: 'Left h', help: 'collapse, or to its parent' },
  { action: 'collapse', modes: ['flame'], keys: ['left', 'h'], label: 'Left h', help: 'to what asked for it' },
  {
    action: 'nextPane',
    modes: moduleModes,
    keys: ['tab'],
    label: 'Tab',
    help: 'tree, packages, flame',
    footer: 'view',
  },
  { action: 'previousPane', modes: moduleModes, keys: ['shift+tab'], label: 'Shift-Tab', help: 'the view before' },
  {
    action: 'modules',
    modes: ['functions', 'function', 'invocation'],
    keys: ['m'],
    label: 'm',
    help: 'what its cold starts load',
    footer: 'modules',
  },
  {
    action: 'nextPane',
    modes: ['function'],
    keys: ['tab'],
    label: 'Tab',
    help: 'the next part of the page',
    footer: 'part',
  },
  {
    action: 'previousPane',
    modes: ['function'],
    keys: ['shift+tab'],
    label: 'Shift-Tab',
    help: 'the part before',
  },
  {
    action: 'nextSort',
    modes: ['functions'],
    keys: ['s'],
    label: 's',
    help: 'sort by the next column',
    footer: 'sort',
  },
  { action: 'previousSort', modes: ['functions'], keys: ['S'], label: 'S', help: 'sort by the column before' },
  {
    action: 'filter',
    modes: ['functions', ...moduleModes, 'live', 'benchmarks'],
    keys: ['/'],
    label: '/',
    help: 'filter by regular expression; ! inverts',
    footer: 'filter',
  },
  {
    action: 'group',
    modes: ['functions'],
    keys: ['b'],
    label: 'b',
    help: 'group by provider, region, runtime, not',
  },
  { action: 'compare', modes: ['functions'], keys: ['c'], label: 'c', help: 'the change since the window before' },
  { action: 'freeze', modes: all, keys: [' '], label: 'Space', help: 'freeze or go on' },
  { action: 'refresh', modes: all, keys: ['R'], label: 'R', help: 'ask again now' },
  {
    action: 'why',
    modes: ['functions'],
    keys: ['-'],
    label: '-',
    help: 'why a figure is -, not observable',
    footer: 'why',
  },
  { action: 'copy', modes: all, keys: ['y'], label: 'y', help: 'copy what is selected as JSON' },
  { action: 'export', modes: all, keys: ['e'], label: 'e', help: 'export into a file: JSON, CSV, ...' },
  { action: 'palette', modes: all, keys: [':'], label: ':', help: 'go to a screen or a function', footer: 'go to' },
  { action: 'help', modes: all, keys: ['?'], label: '?', help: 'this page', footer: 'help' },
  { action: 'back', modes: ['functions'], keys: ['escape'], label: 'Esc', help: 'back: drop the filter' },
  {
    action: 'back',
    modes: ['function', 'invocation', ...moduleModes, 'live', 'benchmarks', 'health', 'why'],
    keys: ['escape'],
    label: 'Esc',
    help: 'back to where you came from',
    footer: 'back',
  },
  { action: 'up', modes: ['help'], keys: ['up', 'k'], label: 'Up k', help: 'scroll up' },
  { action: 'down', modes: ['help'], keys: ['down', 'j'], label: 'Down j', help: 'scroll down', footer: 'scroll' },
  { action: 'pageUp', modes: ['help'], keys: ['pageup'], label: 'PgUp', help: 'one page up' },
  { action: 'pageDown', modes: ['help'], keys: ['pagedown'], label: 'PgDn', help: 'one page down' },
  { action: 'first', modes: ['help'], keys: ['g', 'home'], label: 'g Home', help: 'to the begin' },
  { action: 'last', modes: ['help'], keys: ['G', 'end'], label: 'G End', help: 'to the end' },
  { action: 'back', modes: ['help'], keys: ['escape', '?'], label: 'Esc', help: 'back', footer: 'back' },
  { action: 'accept', modes: ['filter'], keys: ['return'], label: 'Enter', help: 'keep the filter', footer: 'keep' },
  { action: 'accept', modes: ['palette'], keys: ['return'], label: 'Enter', help: 'go there', footer: 'go' },
  { action: 'up', modes: ['palette'], keys: ['up'], label: 'Up', help: 'the entry above' },
  {
    action: 'down',
    modes: ['palette'],
    keys: ['down', 'tab'],
    label: 'Down',
    help: 'the entry below',
    footer: 'choose',
  },
  { action: 'clear', modes: ['filter', 'palette'], keys: ['ctrl+u'], label: 'Ctrl-U', help: 'empty it' },
  {
    action: 'erase',
    modes: ['filter', 'palette'],
    keys: ['backspace'],
    label: 'Backspace',
    help: 'erase a character',
  },
  { action: 'back', modes: ['filter'], keys: ['escape'], label: 'Esc', help: 'drop the filter', footer: 'drop' },
  { action: 'back', modes: ['palette'], keys: ['escape'], label: 'Esc', help: 'stay here', footer: 'stay' },
  { action: 'quit', modes: [...all, 'help'], keys: ['q'], label: 'q', help: 'quit', footer: 'quit' },
  {
    action: 'quit',
    modes: [...all, 'filter', 'palette', 'help'],
    keys: ['ctrl+c'],
    label: 'Ctrl-C',
    help: 'quit from anywhere',
  },
  {
    action: 'suspend',
    modes: [...all, 'filter', 'palette', 'help'],
    keys: ['ctrl+z'],
    label: 'Ctrl-Z',
    help: 'to the shell; fg comes back',
  },
];

export const bindingsOf = (mode: Mode): readonly KeyBinding[] => keyTable.filter(({ modes }) => modes.includes(mode));

/** @returns what `key` does in `mode`; undefined when it does nothing there. */
export function actionFor(mode: Mode, key: string): Action | undefined {
  return bindingsOf(mode).find(({ keys }) => keys.includes(key))?.action;
}

export interface FooterKey {
  label: string;
  word: string;
  /** Where not all fit, these stay: they lead to everything else, or away. */
  isWayOut: boolean;
}

const waysOut: readonly Action[] = ['help', 'back', 'quit'];

/** The footer's entries for a mode. */
export function footerKeys(mode: Mode, glyphs: Glyphs): FooterKey[] {
  return bindingsOf(mode).flatMap(({ action, label, footer }) => {
    if (footer === undefined) return [];
    const shown = action === 'down' ? `${glyphs.up}${glyphs.down}` : label;
    return [{ label: shown, word: footer, isWayOut: waysOut.includes(action) }];
  });
}
