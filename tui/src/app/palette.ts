/** The command palette: what `:` offers, and the lines that it is. */

import { cells, toWidth } from '../format/clean.ts';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import type { Line } from '../format/segments.ts';
import { wrapped } from '../format/wrapped.ts';
import { topOf } from '../state/list.ts';
import type { Effect } from './app.ts';
import type { Screen } from './screen.ts';

/** Somewhere to go, something to do, or the help. Of ten thousand screens that are offered at most one is opened. */
export type Entry = { label: string; hint: string } & ({ open(): Screen } | { effect: Effect } | { overlay: 'help' });

/** Those that hold all of the typed words, in any case: first those that begin so, then those that begin with the first word. */
export function matching(entries: readonly Entry[], text: string): readonly Entry[] {
  const words = text.toLowerCase().split(' ').filter(Boolean);
  const found = entries.filter(({ label, hint }) => {
    const searched = `${label} ${hint}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const [first = ''] = words;
  const begun = words.join(' ');
  const rankOf = (label: string): number => (label.startsWith(begun) ? 0 : label.startsWith(first) ? 1 : 2);
  const ranked = Map.groupBy(found, ({ label }) => rankOf(label.toLowerCase()));
  return [0, 1, 2].flatMap((rank) => ranked.get(rank) ?? []);
}

export interface Offered {
  /** Those that match, in order; labels are cleaned. */
  entries: readonly Entry[];
  /** Said where there are none. */
  nothingOffered: readonly string[];
}

export function paletteLines(
  { text, selected }: { text: string; selected: number },
  { entries, nothingOffered }: Offered,
  { columns, rows, glyphs }: { columns: number; rows: number; glyphs: Glyphs },
): Line[] {
  const shownRows = Math.max(1, rows - 2);
  const top = topOf(selected, entries.length, shownRows);
  const cleaned = cleanerFor(glyphs);
  const shown = entries
    .slice(top, top + shownRows)
    .map(({ label, hint }) => ({ label: cleaned(label), hint: cleaned(hint) }));
  const widest = Math.max(0, ...shown.map(({ label }) => cells(label)));
  const labelCells = Math.max(1, Math.min(widest, columns - 4, Math.max(20, Math.floor(columns * 0.6))));
  const lines = shown.map(({ label, hint }, index): Line => {
    const isSelected = top + index === selected;
    const name = toWidth(label, labelCells, 'left', glyphs.ellipsis);
    return [
      { text: isSelected ? `${glyphs.marker} ` : '  ', color: 'cyan', bold: true, of: String(top + index) },
      isSelected ? { text: name, color: 'cyan', bold: true } : { text: name },
      { text: `  ${hint}`, dim: true },
    ];
  });
  return [
    [{ text: `:${cleaned(text)}${glyphs.cursor}`, bold: true }],
    [],
    ...(lines.length === 0 ? nothingOffered.flatMap((text) => wrapped(text, columns - 4).map(dimLine)) : lines),
  ];
}

const dimLine = (text: string): Line => [{ text: `  ${text}`, dim: true }];
