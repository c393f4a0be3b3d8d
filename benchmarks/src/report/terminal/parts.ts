/** Pieces of a terminal report that both `why` and `bench` show: what would help, the curve of memory, Node versions. */
import type { CurvePoint, FunctionResult, TreeSummary, WhatIf } from '../../results/result.ts';
import { leading, metricOf } from '../../results/standing.ts';
import { bestFirst, moneySentence, savingParts, savingSentence } from '../findings.ts';
import { formatMs, formatUsd, interval } from '../format/numbers.ts';
import { bar, flow, table } from './layout.ts';
import { type Line, type Piece, sentenceLine, shapesOf, shown, type TerminalStyle } from './style.ts';

export const blankLine: Line = [];

/** What could not be seen, and what would show it. */
export const blindSentences = ({ seen, hint }: TreeSummary): string[] =>
  hint === null ? [] : [`Modules seen: ${seen.replaceAll('`', "'")}. ${hint}`];

/** What a reader has to know of the figures. */
export const noticeLines = (sentences: readonly string[], style: TerminalStyle): Line[] =>
  sentences.length === 0
    ? []
    : [
        ...sentences.flatMap((sentence) =>
          flow([{ text: '  ! ', tint: 'yellow' }], sentenceLine(sentence, style), style),
        ),
        blankLine,
      ];

export const heading = (text: string, note = ''): Line => [
  { text: `  ${text}`, bold: true },
  ...(note === '' ? [] : [{ text: `  ${note}`, dim: true }]),
];

const shownWhatIfs = 8;

/** Two lines a change: what it saves, and what to do with the option that tries it again. */
export const whatIfLines = (whatIfs: readonly WhatIf[], style: TerminalStyle): Line[] => {
  if (whatIfs.length === 0) return [];
  const shapes = shapesOf(style);
  const best = bestFirst(whatIfs);
  const lines = best.slice(0, shownWhatIfs).flatMap((whatIf): Line[] => {
    const saves = savingParts(whatIf).isGood;
    const money = moneySentence(whatIf);
    const mark: Piece = saves
      ? { text: `  ${shapes.standings.improved} `, tint: 'green' }
      : { text: `  ${whatIf.savedMs === null ? '-' : '?'} `, dim: true };
    return [
      ...flow(
        [mark],
        [
          ...sentenceLine(savingSentence(whatIf), style, saves ? { tint: 'green' } : { dim: true }),
          ...(money === '' ? [] : [{ text: ` and ${money}`, tint: 'green' as const }]),
        ],
        style,
      ),
      ...flow(
        [{ text: '    ' }],
        [
          ...sentenceLine(whatIf.advice, style),
          { text: ' ' },
          { text: shown(`(--try ${whatIf.change})`, style), dim: true },
        ],
        style,
      ),
    ];
  });
  const rest = best.length - shownWhatIfs;
  return [
    heading('What would help', 'each one measured against the unchanged function'),
    ...lines,
    ...(rest > 0 ? [[{ text: `    and ${rest} more that save less`, dim: true }]] : []),
    blankLine,
  ];
};

/** Infinite where there is no price. */
const usdOf = (text: string): number => (text === '' ? Number.POSITIVE_INFINITY : Number(text));

/** What each size of memory gives, and what it costs. */
export const curveLines = (curve: readonly CurvePoint[], style: TerminalStyle): Line[] => {
  if (curve.length === 0) return [];
  const shapes = shapesOf(style);
  const slowest = Math.max(...curve.map(({ cold }) => cold.p50));
  const cheapest = Math.min(...curve.map(({ usdPerMillion }) => usdOf(usdPerMillion)));
  const fastest = Math.min(...curve.map(({ cold }) => cold.p50));
  const rows = curve.map(({ memoryMb, cold, usdPerMillion }): Piece[] => {
    const isCheapest = Number.isFinite(cheapest) && usdOf(usdPerMillion) === cheapest;
    const isFastest = cold.p50 === fastest;
    const notes = [...(isCheapest ? ['cheapest'] : []), ...(isFastest ? ['fastest'] : [])];
    return [
      { text: String(memoryMb) },
      { text: formatMs(cold.p50), bold: true },
      { text: interval(cold) },
      { text: formatUsd(usdPerMillion) },
      { text: bar(cold.p50 / slowest, 16, shapes), tint: 'blue' },
      { text: notes.join(', '), tint: 'green' },
    ];
  });
  return [
    heading('Memory, cold start and cost'),
    ...table(
      [
        { header: 'MB', align: 'right' },
        { header: 'p50 ms', align: 'right' },
        { header: '95 % interval', align: 'right' },
        { header: 'a million cold starts', align: 'right' },
        { header: '' },
        { header: '' },
      ],
      rows,
      style,
    ),
    ...(curve.every(({ cpuLimited }) => cpuLimited)
      ? []
      : flow(
          [{ text: '  ! ', tint: 'yellow' }],
          [
            {
              text: 'This machine could not limit CPU, so the times do not follow memory as they would on the platform.',
            },
          ],
          style,
        )),
    blankLine,
  ];
};

/** Functions that were measured on several Node versions: one row each, the versions side by side. */
export const nodeLines = (functions: readonly FunctionResult[], style: TerminalStyle): Line[] => {
  const groups = Map.groupBy(
    functions.filter(({ node, state }) => node !== null && state !== 'failed'),
    ({ name, platform, memoryMb }) => JSON.stringify([name, platform, memoryMb]),
  );
  const several = [...groups.values()].filter((group) => new Set(group.map(({ node }) => node)).size > 1);
  if (several.length === 0) return [];
  const versions = [...new Set(several.flatMap((group) => group.map(({ node }) => node ?? '')))].toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const p50 = (fn: FunctionResult | undefined): number | null =>
    fn === undefined ? null : ((metricOf(fn, 'coldMs') ?? leading(fn))?.head.p50 ?? null);
  const rows = several.map((group): Piece[] => {
    const times = versions.map((version) => p50(group.find(({ node }) => node === version)));
    const best = Math.min(...times.filter((ms) => ms !== null));
    return [
      { text: shown(group[0]?.name ?? '', style) },
      ...times.map((ms): Piece => {
        const isBest = ms === best;
        return { text: `${isBest ? '* ' : ''}${formatMs(ms)}`, ...(isBest ? { tint: 'green' } : {}) };
      }),
    ];
  });
  return [
    heading('Node versions side by side', 'p50 of the cold start in ms; * = the fastest'),
    ...table(
      [
        { header: 'FUNCTION', isFlexible: true },
        ...versions.map((version) => ({ header: shown(`Node ${version}`, style), align: 'right' as const })),
      ],
      rows,
      style,
    ),
    blankLine,
  ];
};
