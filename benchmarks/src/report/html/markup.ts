/** HTML in which every text is escaped, because the type of a text is not the type of markup. */
import { clean } from '../../cli/clean.ts';
import { partsOf } from '../format/sentence.ts';

/** Text that is known to be HTML. Only {@link html} and {@link trusted} make it. */
export interface Markup {
  readonly html: string;
}

type Value = string | number | Markup | null | undefined | false | readonly Value[];

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for quoted attributes. */
export const escapeHtml = (text: string): string => clean(text).replace(/[&<>"']/g, (found) => references[found] ?? '');

const written = (value: Value): string => {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  return value.map(written).join('');
};

/** `html`<td>${text}</td>``: texts are escaped, markup is not, nothing is written for `null`, `undefined` and `false`. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  html: strings.reduce((sum, part, index) => `${sum}${written(values[index - 1])}${part}`),
});

/** Our own text, as it is. Never outside text. */
export const trusted = (text: string): Markup => ({ html: text });

/** A sentence of ours, its names as code. */
export const sentenceHtml = (sentence: string): Markup =>
  html`${partsOf(sentence).map(({ text, isName }) => (isName ? html`<code>${text}</code>` : html`${text}`))}`;

/** For a script element of type application/json: nothing in it can end the element. */
export const jsonHtml = (value: unknown): Markup =>
  trusted(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
