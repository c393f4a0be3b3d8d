/** The help page, written from the key table and the phase table. */
import { cells, toWidth } from '../format/clean.ts';
import { untoldMark } from '../format/executions.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { phaseShapes } from '../format/phases.ts';
import { type Line, lineCells } from '../format/segments.ts';
import { bindingsOf, type KeyBinding, keyTable, type Mode, type PageMode } from '../keys.ts';

const titles: Readonly<Record<PageMode, string>> = {
  functions: 'Functions',
  function: 'A function',
  invocation: 'An invocation',
  modules: 'Modules',
  'flat modules': 'Modules',
  flame: 'Modules',
  live: 'Live',
  benchmarks: 'Benchmarks',
  health: 'Health',
  why: 'Why a figure is -',
};

const labelCells = keyTable.reduce((widest, { label }) => Math.max(widest, cells(label)), 0) + 2;

/** Where the second column begins, and the least width that has room for it. */
const leftCells = 54;
const twoColumnsFrom = 80;

/** Keys at the left, shapes at the right; below each other on a narrow screen. */
export function helpLines(screen: PageMode, width: number, glyphs: Glyphs): Line[] {
  const own = bindingsOf(screen);
  const section = (title: string, bindings: readonly KeyBinding[]): Line[] =>
    bindings.length === 0 ? [] : [[{ text: `  ${title}`, bold: true }], ...bindings.map(keyLine)];
  const onlyIn = (mode: Mode): KeyBinding[] => bindingsOf(mode).filter((binding) => !own.includes(binding));
  const keys = [
    ...section(titles[screen], own),
    [],
    ...(own.some(({ action }) => action === 'filter') ? [...section('While filtering', onlyIn('filter')), []] : []),
    ...section('While choosing where to go', onlyIn('palette')),
  ];
  const words: Line[] = [
    [{ text: '  Phases', bold: true }],
    ...phaseShapes.map(
      ({ name, glyph, color }): Line => [
        { text: `    ${glyphs[glyph].repeat(3)} `, color },
        { text: name, dim: true },
      ],
    ),
    [{ text: '    -   not observable', dim: true }],
    ...(wordsOf[screen]?.(glyphs) ?? []),
    [],
    [{ text: '  COLD is what a caller', dim: true }],
    [{ text: '  met. Phases are means', dim: true }],
    [{ text: '  of the middle cold', dim: true }],
    [{ text: '  starts (p40 to p60).', dim: true }],
  ];
  if (width < twoColumnsFrom) return [...keys, [], ...words];
  return Array.from({ length: Math.max(keys.length, words.length) }, (_, index): Line => {
    const left = keys[index] ?? [];
    // Really empty, so that it may be left out where there is no room.
    if (left.length === 0 && words[index] === undefined) return [];
    return [...left, { text: ' '.repeat(Math.max(1, leftCells - lineCells(left))) }, ...(words[index] ?? [])];
  });
}

const inferred: Line = [{ text: '    ?   inferred, not told', dim: true }];

const untold: Line = [{ text: `    ${untoldMark}   start not told`, dim: true }];

/** What else stands on a page. */
const wordsOf: Readonly<Partial<Record<PageMode, (glyphs: Glyphs) => Line[]>>> = {
  functions: () => [untold],
  function: () => [inferred],
  live: ({ live }) => [[{ text: `    ${live}   started cold`, dim: true }], inferred],
};

const keyLine = ({ label, help }: KeyBinding): Line => [
  { text: `    ${toWidth(label, labelCells)}`, color: 'cyan' },
  { text: help, dim: true },
];
