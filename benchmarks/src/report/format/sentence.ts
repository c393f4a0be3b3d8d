/** Sentences of a {@link Result} name things between backticks; each form of report shows these names in its own way. */
import { clean } from '../../cli/clean.ts';

export interface Part {
  text: string;
  /** A name out of the user's project: code, never prose. */
  isName: boolean;
}

/** Cleaned parts in order. Where a name itself holds a backtick, a part is taken for the other kind, never lost. */
export const partsOf = (sentence: string): Part[] =>
  sentence
    .split('`')
    .map((text, index) => ({ text: clean(text), isName: index % 2 === 1 }))
    .filter(({ text }) => text !== '');

/** Without the backticks. */
export const plain = (sentence: string): string =>
  partsOf(sentence)
    .map(({ text }) => text)
    .join('');

/** A name for use inside a sentence; it cannot end its own quotes. */
export const quotedName = (name: string): string => `\`${clean(name).replaceAll('`', "'")}\``;
