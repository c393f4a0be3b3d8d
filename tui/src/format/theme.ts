/** Themes: which shade each of the few colours on the screen has. Shapes and words say the same, so none is needed. */

/** The colours that lines are made of. */
export type Color = 'cyan' | 'green' | 'yellow' | 'blue' | 'magenta' | 'red';

/** As Ink takes them; absent = the terminal's own text colour. */
export type Theme = Readonly<Partial<Record<Color, string>>>;

export const themeNames = ['auto', 'terminal', 'dark', 'light', 'none'] as const;
export type ThemeName = (typeof themeNames)[number];

/** What the letters stand on. */
export type Ground = 'dark' | 'light';

/** The terminal's 16 colours are of its owner's choice, and so legible on any ground. */
const terminal: Theme = {
  ...{ cyan: 'cyan', green: 'green', yellow: 'yellow' },
  ...{ blue: 'blue', magenta: 'magenta', red: 'red' },
};

/** Shades of the 256 colours, which terminals of 16 million have too: both show the same. */
const shades: Readonly<Record<Ground, Theme>> = {
  dark: {
    ...{ cyan: '#5fd7ff', green: '#87d787', yellow: '#ffd75f' },
    ...{ blue: '#5f87ff', magenta: '#d787ff', red: '#ff5f5f' },
  },
  light: {
    ...{ cyan: '#005f87', green: '#005f00', yellow: '#875f00' },
    ...{ blue: '#0000af', magenta: '#5f00af', red: '#af0000' },
  },
};

/** The same among 16: on a light ground without those that are light themselves in most terminals. */
const basics: Readonly<Record<Ground, Theme>> = {
  dark: {
    ...{ cyan: 'cyanBright', green: 'greenBright', yellow: 'yellowBright' },
    ...{ blue: 'blueBright', magenta: 'magentaBright', red: 'redBright' },
  },
  light: { cyan: 'blue', green: 'green', yellow: 'magenta', blue: 'blue', magenta: 'gray', red: 'red' },
};

/** Bits of the terminals that have 256 colours. */
const shadesFrom = 8;

/** Whether `auto` has a use for what the terminal says of its ground. */
export const wantsGround = (wanted: ThemeName, colorDepth: number): boolean =>
  wanted === 'auto' && colorDepth >= shadesFrom;

/**
 * `auto`: shades of our own where the terminal has them and it is known what its ground is like, else its 16 colours.
 * @param colorDepth in bits
 * @param ground as the terminal says; undefined = not yet, or never
 */
export function themeOf(wanted: ThemeName, env: NodeJS.ProcessEnv, colorDepth: number, ground?: Ground): Theme {
  if (wanted === 'none') return {};
  if (wanted === 'terminal') return terminal;
  if (wanted !== 'auto') return (colorDepth < shadesFrom ? basics : shades)[wanted];
  const known = ground ?? groundSaid(env);
  return colorDepth < shadesFrom || known === undefined ? terminal : shades[known];
}

/** As rxvt, Konsole and others tell the programs that they start: `15;0` is white on black. */
function groundSaid({ COLORFGBG = '' }: NodeJS.ProcessEnv): Ground | undefined {
  const number = Number(COLORFGBG.split(';').at(-1) || Number.NaN);
  if (Number.isNaN(number)) return undefined;
  return number === 7 || number > 8 ? 'light' : 'dark';
}
