/** A line with its styles as a terminal obeys them. Its text has been cleaned: nothing after this looks for what it hides. */
import chalk from 'chalk';
import type { Line } from '../format/segments.ts';
import type { Theme } from '../format/theme.ts';

/** In as many colours as Ink has found the terminal to have. */
export const styledLine = (line: Line, theme: Theme): string =>
  line
    .map(({ text, color, bold, dim }) => {
      // A blank looks the same in every colour, and each costs bytes.
      if (text.trim() === '') return text;
      const shade = color && theme[color];
      const dimmed = dim === true ? chalk.dim(text) : text;
      const coloured = shade === undefined ? dimmed : shaded(shade, dimmed);
      return bold === true ? chalk.bold(coloured) : coloured;
    })
    .join('');

/** A theme has `#rrggbb`, or the name of one of the terminal's own colours. */
const shaded = (shade: string, text: string): string =>
  shade.startsWith('#') ? chalk.hex(shade)(text) : chalk[shade as 'cyan'](text);
