/** The shapes on the screen, in Unicode and in ASCII. Every one is a single cell wide. */

export interface Glyphs {
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
  /** One shape a phase, told apart without colour. */
  platform: string;
  restore: string;
  runtimeStart: string;
  init: string;
  execution: string;
}

export const unicodeGlyphs: Glyphs = {
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
  platform: '·',
  restore: '╌',
  runtimeStart: '░',
  init: '█',
  execution: '▒',
};

export const asciiGlyphs: Glyphs = {
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
  platform: '.',
  restore: '~',
  runtimeStart: '-',
  init: '#',
  execution: '=',
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
