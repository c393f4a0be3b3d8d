/** How a report looks in a terminal: colours only where they are wanted, shapes that the terminal can show. */
import { styleText } from 'node:util';
import { cells } from '../../cli/cells.ts';
import { clean, cleanAscii } from '../../cli/clean.ts';
import { type Standing, standingSigns } from '../../results/standing.ts';
import { partsOf } from '../format/sentence.ts';

export interface TerminalStyle {
  /** Cells of a line; at least 80. */
  width: number;
  color: boolean;
  /** Nothing but ASCII. */
  ascii: boolean;
}

const narrowest = 80;
/** Longer lines are hard to read, however wide the terminal is. */
const widest = 120;

/** What `stream` can show. `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb`, `COLDLENS_ASCII` and the locale are honoured. */
export const styleFor = (
  stream: { isTTY?: boolean; columns?: number },
  env: NodeJS.ProcessEnv = process.env,
): TerminalStyle => ({
  width: Math.min(widest, Math.max(narrowest, stream.columns ?? 100)),
  color: wantsColor(stream.isTTY === true, env),
  ascii: wantsAscii(env),
});

const wantsColor = (isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean => {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
};

/** An unset locale counts as UTF-8: containers leave it unset, and the terminals in front of them are UTF-8. */
const wantsAscii = ({ COLDLENS_ASCII, LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean => {
  if (COLDLENS_ASCII) return COLDLENS_ASCII !== '0';
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
};

/** One of the 16 terminal colours, so that the user's theme decides. */
export type Tint = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** A piece of a line in one style. The text is clean. */
export interface Piece {
  text: string;
  tint?: Tint | undefined;
  bold?: boolean;
  dim?: boolean;
}

export type Line = readonly Piece[];

export const lineCells = (line: Line): number => line.reduce((sum, { text }) => sum + cells(text), 0);

/** GitHub's runner obeys `::command::` at the start of a line and `##[command]` anywhere; no name may say that. */
const disarmed = (line: Line): Line => {
  const first = line.findIndex(({ text }) => text.trim() !== '');
  return line.map((piece, at) => {
    const text = piece.text.replaceAll('##[', '## [');
    return { ...piece, text: at === first ? text.replace(/^(\s*):(?=:)/, '$1: ') : text };
  });
};

const paintedPiece = ({ text, tint, bold, dim }: Piece): string => {
  const formats = [...(tint ? [tint] : []), ...(bold ? (['bold'] as const) : []), ...(dim ? (['dim'] as const) : [])];
  return formats.length === 0 || text === '' ? text : styleText(formats, text, { validateStream: false });
};

/** The line as it is written: without trailing blanks. */
export const painted = (line: Line, { color }: TerminalStyle): string =>
  disarmed(line)
    .map((piece) => (color ? paintedPiece(piece) : piece.text))
    .join('')
    .trimEnd();

/** Outside text for this terminal. */
export const shown = (text: string, { ascii }: TerminalStyle): string => (ascii ? cleanAscii(text) : clean(text));

/** A sentence whose names are bold instead of quoted. */
export const sentenceLine = (sentence: string, style: TerminalStyle, rest: Omit<Piece, 'text'> = {}): Line =>
  partsOf(sentence).map(({ text, isName }) => ({
    ...rest,
    text: shown(text, style),
    bold: isName || rest.bold === true,
  }));

export interface Shapes {
  rule: string;
  ellipsis: string;
  bullet: string;
  arrow: string;
  /** Parts of a cell, the smallest first; the last one is a whole cell. */
  blocks: readonly string[];
  runtimeStart: string;
  init: string;
  execution: string;
  standings: Readonly<Record<Standing, string>>;
}

const unicodeShapes: Shapes = {
  rule: '─',
  ellipsis: '…',
  bullet: '·',
  arrow: '→',
  blocks: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  runtimeStart: '░',
  init: '█',
  execution: '▒',
  standings: standingSigns,
};

const asciiShapes: Shapes = {
  rule: '-',
  ellipsis: '~',
  bullet: '|',
  arrow: '->',
  blocks: ['#'],
  runtimeStart: '-',
  init: '#',
  execution: '=',
  standings: {
    failed: 'x',
    regressed: '^',
    over: '!',
    inconclusive: '?',
    unchanged: '=',
    improved: 'v',
    measured: '.',
  },
};

export const shapesOf = ({ ascii }: TerminalStyle): Shapes => (ascii ? asciiShapes : unicodeShapes);

export const standingTints: Readonly<Record<Standing, Tint | undefined>> = {
  failed: 'magenta',
  regressed: 'red',
  over: 'red',
  inconclusive: 'yellow',
  unchanged: undefined,
  improved: 'green',
  measured: undefined,
};
