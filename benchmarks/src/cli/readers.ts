/** How the text of an option becomes a value. Every refusal names the option, the text, and the bound. */
import type { Read } from './option.ts';
import { usage } from './usage.ts';

export const wholeNumber =
  (least: number, most: number): Read<number> =>
  (text, option) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw usage(
      `${option} is ${quoted(text)}, which is no whole number from ${least} to ${most}.`,
      `Give ${option} such a number.`,
    );
  };

export const chosenFrom =
  <const Choice extends string>(choices: readonly Choice[]): Read<Choice> =>
  (text, option) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    throw usage(`${option} is ${quoted(text)}, which is none of ${choices.join(', ')}.`, 'Choose one of these.');
  };

export const plainText: Read<string> = (text, option) => {
  if (text !== '') return text;
  throw usage(`${option} is empty.`, `Give ${option} a value, or leave it out.`);
};

export const isOn: Read<boolean> = () => true;

export const isHttpUrl = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);

export const httpUrl: Read<string> = (text, option) => {
  if (isHttpUrl(text)) return text;
  throw usage(
    `${option} is ${quoted(withoutLogin(text))}, which is no http or https address.`,
    'Give an address such as http://127.0.0.1:8123',
  );
};

/** Whatever stands before the last @: a user and a password, in any notation that was meant to be an address. */
const withoutLogin = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');

/** As JSON, so that blanks and quotes can be told apart; shortened. */
export const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
