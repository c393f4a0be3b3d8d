/** How the text of an option becomes a value. Every refusal names the option, the text, and the bound. */
import { isIP } from 'node:net';
import { exitCode, parseDurationMs, Trouble } from '@coldlens/collector';

/** @param option as the person wrote it, such as `--port` or `COLDLENS_PORT`. */
export type Read<T> = (text: string, option: string) => T;

const usage = (message: string, next: string): Trouble => new Trouble(message, next, exitCode.usage);

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

export const httpUrl: Read<string> = (text, option) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw usage(
    `${option} is ${quoted(text)}, which is no http or https address.`,
    'Give an address such as http://127.0.0.1:8123',
  );
};

/** The collector takes spans from anyone who can reach it, so only this machine may. */
export const loopbackHost: Read<string> = (text, option) => {
  const isLoopback = text === 'localhost' || text === '::1' || (isIP(text) === 4 && text.startsWith('127.'));
  if (isLoopback) return text;
  throw usage(
    `${option} is ${quoted(text)}, but the collector has no access tokens yet and listens on loopback addresses only.`,
    'Leave it at 127.0.0.1, and put a tunnel or an authenticating proxy in front of it.',
  );
};

/** A length of time in milliseconds; the bounds are the collector's. */
export const duration: Read<number> = (text, option) => {
  try {
    return parseDurationMs(text);
  } catch (error) {
    if (error instanceof Trouble)
      throw new Trouble(`${option}: ${error.message}`, error.next, error.exitCode, { cause: error });
    throw error;
  }
};

/** As JSON, so that blanks and quotes can be told apart; shortened. */
export const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
