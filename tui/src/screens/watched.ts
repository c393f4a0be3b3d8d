/** What is watched, in the words that somebody types: the empty screens say how to fill it. */

export interface Watched {
  /** Where functions send their spans. */
  endpoint: string;
  /** The option and its value, as typed in a shell; absent where a collector is asked, which alone knows its store. */
  store?: { option: '--data' | '--clickhouse'; value: string };
}

/** Where a collector listens unless told otherwise. */
export const usualEndpoint = 'http://127.0.0.1:4318';

/** As one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
