/**
 * Letters that are written from right to left, kept from turning the rest of their line round: terminals that order text so
 * would take the figures behind a Hebrew name for a part of it, and put them in front.
 */

/** Hebrew, Arabic and their sisters, with their presentation forms. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** As far as one name goes: not over a separator, two blanks, or a change of style. */
const words = new RegExp(`${rightToLeft.source}(?:(?:(?! {2})[^\\n\\u001b·|›])*${rightToLeft.source})?`, 'gu');
/** Left-to-right mark: takes no cell. What follows it is read from the left again. */
const leftToRight = '\u200e';

/**
 * Marks around each name from its first to its last such letter. It belongs to what is written to the terminal, because Ink
 * drops characters without a cell.
 */
export const withMarks = (written: string): string =>
  rightToLeft.test(written) ? written.replace(words, `${leftToRight}$&${leftToRight}`) : written;
