/** The help page, written from the key table and the phase table. */
import { cells, toWidth } from '../format/clean.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { phaseShapes } from '../format/phases.ts';
import { type Line, lineCells } from '../format/segments.ts';
import { type KeyBinding, keyTable, type Mode } from '../keys.ts';

const sections: readonly { title: string; mode: Mode }[] = [
  { title: 'Ranking', mode: 'list' },
  { title: 'While filtering', mode: 'filter' },
];

const labelCells = keyTable.reduce((widest, { label }) => Math.max(widest, cells(label)), 0) + 2;

/** Where the second column begins, and the least width that has room for it. */
const leftCells = 54;
const twoColumnsFrom = 80;

/** Keys at the left, shapes at the right; below each other on a narrow screen. */
export function helpLines(width: number, glyphs: Glyphs): Line[] {
  const keys = sections.flatMap(({ title, mode }, index): Line[] => [
    ...(index === 0 ? [] : [[]]),
    [{ text: `  ${title}`, bold: true }],
    ...keyTable.filter((binding) => sectionOf(binding) === mode).map(keyLine),
  ]);
  const words: Line[] = [
    [{ text: '  Phases', bold: true }],
    ...phaseShapes.map(
      ({ name, glyph, color }): Line => [
        { text: `    ${glyphs[glyph].repeat(3)} `, color },
        { text: name, dim: true },
      ],
    ),
    [{ text: '    -   not observable', dim: true }],
    [],
    [{ text: '  COLD is what a caller', dim: true }],
    [{ text: '  met. Phases are means', dim: true }],
    [{ text: '  of the middle cold', dim: true }],
    [{ text: '  starts (p40 to p60).', dim: true }],
  ];
  if (width < twoColumnsFrom) return [...keys, [], ...words];
  return Array.from({ length: Math.max(keys.length, words.length) }, (_, index): Line => {
    const left = keys[index] ?? [];
    return [...left, { text: ' '.repeat(Math.max(1, leftCells - lineCells(left))) }, ...(words[index] ?? [])];
  });
}

/** A binding is listed where it is used first; those of the help page itself are in its footer. */
const sectionOf = ({ modes }: KeyBinding): Mode | undefined => modes[0];

const keyLine = ({ label, help }: KeyBinding): Line => [
  { text: `    ${toWidth(label, labelCells)}`, color: 'cyan' },
  { text: help, dim: true },
];
