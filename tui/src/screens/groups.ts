/** Functions put together by what they have in common. */
import type { RankedFunction } from '@coldlens/collector';
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { counted } from '../format/numbers.ts';
import { joined, type Line } from '../format/segments.ts';
import { coldText, moneyTexts, totalsOf } from './sums.ts';

export const groupings = ['none', 'provider', 'region', 'runtime'] as const;
export type Grouping = (typeof groupings)[number];

export const nextGrouping = (grouping: Grouping): Grouping =>
  groupings[(groupings.indexOf(grouping) + 1) % groupings.length] ?? 'none';

/** A line of the table: the head of a group, or one of its functions. */
export type TableItem = { head: string; of: readonly RankedFunction[] } | { ranked: RankedFunction };

/** The lines of a table, made as they are asked for. */
export interface Table {
  /** In the order of the table. */
  functions: readonly RankedFunction[];
  length: number;
  at(line: number): TableItem | undefined;
  /** The line of the function at this place. */
  lineOf(place: number): number;
}

/** Groups stand in the order of their first function; functions keep their order. */
export function tableOf(functions: readonly RankedFunction[], grouping: Grouping): Table {
  if (grouping === 'none') {
    const at = (line: number): TableItem | undefined => itemOf(functions[line]);
    return { functions, length: functions.length, at, lineOf: (place) => place };
  }
  const groups = [...Map.groupBy(functions, (ranked) => ranked[grouping])];
  const grouped = groups.flatMap(([, of]) => of);
  /** The line of each group's head. */
  const heads: number[] = [];
  let length = 0;
  for (const [, of] of groups) {
    heads.push(length);
    length += of.length + 1;
  }
  return {
    ...{ functions: grouped, length },
    at(line) {
      const index = heads.findLastIndex((head) => head <= line);
      const [head, of] = groups[index] ?? ['', []];
      return heads[index] === line ? { head, of } : itemOf(grouped[line - index - 1]);
    },
    lineOf(place) {
      // Before a group with its head stand as many heads as there are groups before it.
      const index = heads.findLastIndex((head, before) => head - before <= place);
      return place + index + 1;
    },
  };
}

const itemOf = (ranked: RankedFunction | undefined): TableItem | undefined => ranked && { ranked };

/**
 * `eu-west-1 · 4 functions · 310 cold (1.2%) · cold cost $0.0021 · $13.15/month`
 * @param isCut there may be more of them than are listed
 */
export function groupLine(
  { head, of }: { head: string; of: readonly RankedFunction[] },
  glyphs: Glyphs,
  isCut = false,
): Line {
  const totals = totalsOf(of);
  const rest = [`${counted(of.length, 'function')}${isCut ? ' listed' : ''}`, coldText(totals), ...moneyTexts(totals)];
  return joined(
    [
      [{ text: cleanerFor(glyphs)(head) || '(not told)', bold: true }],
      ...rest.map((text): Line => [{ text, dim: true }]),
    ],
    ` ${glyphs.dot} `,
  );
}
