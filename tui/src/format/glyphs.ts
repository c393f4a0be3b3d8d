/** The shapes on the screen, in Unicode and in ASCII. Every one is a single cell wide, but for the branches. */
import { clean, cleanAscii } from './clean.ts';

export interface Glyphs {
  /** Nothing but ASCII is to be shown, whatever things are called. */
  isAscii: boolean;
  marker: string;
  sorted: string;
  ellipsis: string;
  rule: string;
  dot: string;
  live: string;
  waiting: string;
  frozen: string;
  alert: string;
  cursor: string;
  up: string;
  down: string;
  /** Between a screen and the one that it was opened from. */
  into: string;
  /** An eighth to eight eighths of a cell's height, for columns. */
  heights: string;
  /** Below a moment on an axis. */
  below: string;
  /** From one value to the next. */
  becomes: string;
  /** Before what can be opened up, and what is. */
  collapsed: string;
  expanded: string;
  /** Branches of a tree, three cells each: to a sister, to the last one, past a branch. */
  branch: string;
  lastBranch: string;
  trunk: string;
  /** A moment in a waterfall that is too short for a bar. */
  moment: string;
  /** A stretch in which a module waits for others. */
  wait: string;
  /** One shape a phase, told apart without colour. */
  platform: string;
  restore: string;
  runtimeStart: string;
  init: string;
  execution: string;
}

export const unicodeGlyphs: Glyphs = {
  isAscii: false,
  marker: '▶',
  sorted: '▼',
  ellipsis: '…',
  rule: '─',
  dot: '·',
  live: '●',
  waiting: '○',
  frozen: '■',
  alert: '!',
  cursor: '▏',
  up: '↑',
  down: '↓',
  into: '›',
  heights: '▁▂▃▄▅▆▇█',
  below: '▲',
  becomes: '→',
  collapsed: '+',
  expanded: '-',
  branch: '├─ ',
  lastBranch: '└─ ',
  trunk: '│  ',
  moment: '▏',
  wait: '┄',
  platform: '·',
  restore: '╌',
  runtimeStart: '░',
  init: '█',
  execution: '▒',
};

export const asciiGlyphs: Glyphs = {
  isAscii: true,
  marker: '>',
  sorted: 'v',
  ellipsis: '~',
  rule: '-',
  dot: '|',
  live: '*',
  waiting: 'o',
  frozen: '=',
  alert: '!',
  cursor: '_',
  up: '^',
  down: 'v',
  into: '>',
  heights: '..::++##',
  below: '^',
  becomes: '>',
  collapsed: '+',
  expanded: '-',
  branch: '|- ',
  lastBranch: '`- ',
  trunk: '|  ',
  moment: '|',
  wait: '.',
  platform: '.',
  restore: '~',
  runtimeStart: '-',
  init: '#',
  execution: '=',
};

/** For lines that are heard: words, or nothing. */
export const spokenGlyphs: Glyphs = {
  isAscii: false,
  ...{ marker: 'selected:', sorted: '', ellipsis: '...', rule: '', dot: ',', live: '', waiting: '', frozen: '' },
  ...{ alert: 'attention:', cursor: '', up: 'up', down: 'down', into: ',', heights: '        ', below: '' },
  ...{ becomes: 'to', collapsed: 'collapsed', expanded: 'expanded', branch: '', lastBranch: '', trunk: '', moment: '' },
  ...{ wait: '', platform: '', restore: '', runtimeStart: '', init: '', execution: '' },
};

/**
 * ASCII when `COLDLENS_ASCII` is `1`, or when the locale names an encoding other than UTF-8. An unset locale counts
 * as UTF-8, because containers leave it unset and the terminals in front of them are UTF-8.
 */
export function glyphsFor(env: NodeJS.ProcessEnv): Glyphs {
  const asked = env.COLDLENS_ASCII;
  if (asked !== undefined && asked !== '') return asked === '0' ? unicodeGlyphs : asciiGlyphs;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale === '' || /utf-?8/i.test(locale) ? unicodeGlyphs : asciiGlyphs;
}

/** Outside text for these glyphs: what has only ASCII shows only ASCII. */
export const cleanerFor = (glyphs: Glyphs): ((text: string) => string) => (glyphs.isAscii ? cleanAscii : clean);
