/**
 * Outside text in GitHub's Markdown. It stands inside <code> with every sign of Markdown as a character reference: so it is
 * neither markup nor a mention, an issue or a link, for which GitHub looks outside of code.
 */
import { clean } from '../../cli/clean.ts';
import { partsOf } from '../format/sentence.ts';

/** Longer names make a table unreadable. */
const maxName = 160;
const maxSentence = 1_000;

const reference = (found: string): string => `&#${found.charCodeAt(0)};`;

/** Signs of Markdown, HTML, mathematics and what GitHub makes links of. */
const escapeCode = (text: string): string =>
  text.replace(/[\\`*_[\]{}()<>|~#@&!"':$]/g, reference).replace(/(www)\./gi, '$1&#46;');

/** Our own words hold neither links nor mentions. */
export const escapeText = (text: string): string => text.replace(/[\\`*_[\]<>|~&!$]/g, reference);

/** What GitHub would make a mention, an issue or a link of, outside of code. */
const linking = /[@#]|:\/\/|www\.|gh-\d/i;

/** Outside text, at most so many characters of it. */
export const code = (text: string, most = maxName): string => {
  const cleaned = clean(text);
  const short = cleaned.length > most ? `${[...cleaned].slice(0, most).join('')}…` : cleaned;
  return `<code>${short.trim() === '' ? '&nbsp;' : escapeCode(short)}</code>`;
};

/** A sentence of ours with names in it. A name with a backtick of its own may pass for our words: hence the second test. */
export const say = (sentence: string): string =>
  partsOf(sentence)
    .map(({ text, isName }) => (isName || linking.test(text) ? code(text) : escapeText(text)))
    .join('');

/** A sentence that outsiders wrote: all of it is code. */
export const quote = (sentence: string): string => code(sentence.replaceAll('`', "'"), maxSentence);
