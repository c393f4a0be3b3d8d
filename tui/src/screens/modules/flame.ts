/** The module tree as a flame in text: a line for each depth, as wide as the time took. */
import type { ModuleTree } from '@coldlens/collector';
import { cells, toWidth } from '../../format/clean.ts';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
import type { Line, Segment } from '../../format/segments.ts';
import { type ModuleRow, moduleName } from './rows.ts';

interface Block {
  row: ModuleRow;
  from: number;
  to: number;
}

/** A narrower one has no room for a letter between its edges. */
const leastNamed = 4;

/** @param rows all modules, each right behind the one that asked for it */
function blocksOf(rows: readonly ModuleRow[], totalMs: number, width: number): Block[][] {
  const levels: Block[][] = [];
  /** Where the next child of each depth begins, in milliseconds. */
  const next: number[] = [0];
  for (const row of rows) {
    const { depth, totalMs: ms } = row.node;
    const fromMs = next[depth] ?? 0;
    next[depth] = fromMs + ms;
    // What it does itself comes first, then what it asks for.
    next[depth + 1] = fromMs;
    const from = Math.round((fromMs / totalMs) * width);
    const to = Math.min(width, Math.round(((fromMs + ms) / totalMs) * width));
    const level = levels[depth] ?? [];
    levels[depth] = level;
    if (to > from) level.push({ row, from, to });
  }
  return levels.filter((level) => level.length > 0);
}

const colors = ['yellow', 'green', 'blue', 'magenta', 'cyan'] as const;

export function flameLines(
  { totalMs }: ModuleTree,
  rows: readonly ModuleRow[],
  selected: string | undefined,
  { columns, rows: height, glyphs }: { columns: number; rows: number; glyphs: Glyphs },
): Line[] {
  if (totalMs <= 0) return [];
  const levels = blocksOf(rows, totalMs, columns);
  const at = levels.findIndex((level) => level.some(({ row }) => row.key === selected));
  const top = Math.min(Math.max(0, levels.length - height), Math.max(0, at - Math.floor(height / 2)));
  return levels.slice(top, top + height).map((level, index) => levelLine(level, top + index, selected, glyphs));
}

function levelLine(level: readonly Block[], depth: number, selected: string | undefined, glyphs: Glyphs): Line {
  const cleaned = cleanerFor(glyphs);
  let end = 0;
  const segments: Segment[] = [];
  level.forEach(({ row, from, to }, index) => {
    const start = Math.max(from, end);
    if (to <= start) return;
    if (start > end) segments.push({ text: ' '.repeat(start - end) });
    const room = to - start;
    const isSelected = row.key === selected;
    const mark = isSelected ? glyphs.marker : '[';
    const name = room < leastNamed ? '' : toWidth(cleaned(moduleName(row.node)), room - 2, 'left', glyphs.ellipsis);
    const filled = name.trimEnd() + glyphs.rule.repeat(Math.max(0, room - 2 - cells(name.trimEnd())));
    const text =
      room === 1
        ? isSelected
          ? glyphs.marker
          : '|'
        : `${mark}${room < leastNamed ? glyphs.rule.repeat(room - 2) : filled}]`;
    const color = colors[(depth + index) % colors.length] ?? 'cyan';
    segments.push({
      text,
      of: row.key,
      said: `${isSelected ? `${mark} ` : ''}${cleaned(moduleName(row.node))}`,
      ...(isSelected ? { bold: true, color: 'cyan' as const } : { color }),
    });
    end = to;
  });
  return segments;
}
