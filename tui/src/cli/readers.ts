/** How the text of an option becomes a value, where the collector knows the bounds. */
import { isIP } from 'node:net';
import { plainText, quoted, type Read, usage } from '@coldlens/benchmarks/cli';
import { parseRetention, Trouble } from '@coldlens/collector';

/** The collector takes spans from anyone who can reach it, so only this machine may. */
export const loopbackHost: Read<string> = (text, option) => {
  const isLoopback = text === 'localhost' || text === '::1' || (isIP(text) === 4 && text.startsWith('127.'));
  if (isLoopback) return text;
  throw usage(
    `${option} is ${quoted(text)}, but the collector has no access tokens yet and listens on loopback addresses only.`,
    'Leave it at 127.0.0.1, and put a tunnel or an authenticating proxy in front of it.',
  );
};

/**
 * As the collector's read API reads a parameter, so that the bounds are the same whatever is asked. But for an empty text:
 * on a command line that is rather a variable that was not set.
 */
export const asAsked =
  <T>({ read }: { read: Read<T> }): Read<T> =>
  (text, option) =>
    read(plainText(text, option), option);

/** A table's name and how many days it keeps its rows; names and bounds are the collector's, told with the option's name in front. */
export const retention: Read<ReturnType<typeof parseRetention>> = (text, option) => {
  try {
    return parseRetention(text);
  } catch (error) {
    if (error instanceof Trouble)
      throw new Trouble(`${option}: ${error.message}`, error.next, error.exitCode, { cause: error });
    throw error;
  }
};
