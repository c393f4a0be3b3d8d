/** The two sides of a measured function: base and head on one scale. */
import type { BenchRun, BenchSide } from '@coldlens/collector';
import { toWidth } from '../../format/clean.ts';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
import { formatMs, formatMsUnit, notObservable } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import type { Color } from '../../format/theme.ts';

export const verdictColors: Readonly<Record<string, Color>> = { regressed: 'red', improved: 'green' };

/** `+31 ms`, `-8 ms`. */
export const signedMs = (ms: number | null): string =>
  ms === null ? notObservable : `${ms > 0 ? '+' : ms < 0 ? '-' : ''}${formatMs(Math.abs(ms))}`;
export const commitText = (side: BenchSide | null): string =>
  side === null ? notObservable : side.commit.slice(0, 7) || side.ref || 'working tree';

const sideLabelCells = 6;
const sideTextCells = 24;

/** Both sides on one scale: the line is from the fastest to the slowest, the block the median's interval. */
export function sidesLines(
  { columns, glyphs }: { columns: number; glyphs: Glyphs },
  run: BenchRun | undefined,
): Line[] {
  if (run === undefined) return [];
  const cleaned = cleanerFor(glyphs);
  const sides = [run.base, run.head].filter((side) => side !== null);
  const fromMs = Math.min(...sides.map(({ coldMinMs }) => coldMinMs));
  const toMs = Math.max(...sides.map(({ coldMaxMs }) => coldMaxMs));
  const room = Math.max(0, columns - 2 - sideLabelCells - sideTextCells);
  const drawn = (label: string, side: BenchSide | null, color: Color): Line => [
    { text: `  ${toWidth(label, sideLabelCells)}`, dim: true },
    {
      text: toWidth(
        side === null ? 'not measured' : `${formatMsUnit(side.coldP50Ms)}, ${side.samples} starts`,
        sideTextCells,
      ),
    },
    { text: side === null ? '' : rangeText(side, fromMs, toMs, room, glyphs), color, isSilent: true },
  ];
  const about = [
    commitText(run.base) === notObservable ? '' : `base ${commitText(run.base)}`,
    commitText(run.head) === notObservable ? '' : `head ${commitText(run.head)}`,
    run.node === '' ? '' : `Node ${run.node}`,
    run.memoryMb === null ? '' : `${run.memoryMb} MB`,
    run.fingerprint === '' ? '' : `machine ${run.fingerprint}`,
    `run ${run.runId}`,
  ].filter((text) => text !== '');
  const color = verdictColors[run.verdict ?? ''];
  return [
    [],
    joinedWithin(
      [
        [{ text: cleaned(run.functionName), bold: true }],
        [{ text: cleaned(run.verdict ?? 'not compared'), ...(color === undefined ? {} : { color }) }],
        [{ text: `${signedMs(run.changeMs)} ms`, dim: true }],
      ],
      ` ${glyphs.dot} `,
      columns,
    ),
    drawn('base', run.base, 'blue'),
    drawn('head', run.head, 'yellow'),
    joinedWithin(
      about.map((text): Line => [{ text: `  ${cleaned(text)}`, dim: true }]),
      '',
      columns,
    ),
  ];
}

function rangeText(side: BenchSide, fromMs: number, toMs: number, room: number, glyphs: Glyphs): string {
  const spanMs = Math.max(toMs - fromMs, 1e-6);
  const at = (ms: number): number => Math.min(room - 1, Math.max(0, Math.round(((ms - fromMs) / spanMs) * (room - 1))));
  if (room < 3) return '';
  const low = at(side.coldLowMs ?? side.coldP50Ms);
  const high = at(side.coldHighMs ?? side.coldP50Ms);
  const [first, last] = [at(side.coldMinMs), at(side.coldMaxMs)];
  return Array.from({ length: last + 1 }, (_, cell) =>
    cell < first ? ' ' : cell >= low && cell <= high ? glyphs.init : glyphs.rule,
  ).join('');
}
