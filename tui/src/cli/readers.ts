/** How the text of an option becomes a value, where the collector knows the bounds. */
import { plainText, quoted, type Read, usage } from '@coldlens/benchmarks/cli';
import { parseRetention, Trouble } from '@coldlens/collector';

/** What is said of it never repeats it. */
export const secret: Read<string> = (text, option) => {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw usage(`${option} is empty or holds what fits no header.`, 'Give a token as the collector has it.');
};

const byteUnits: Readonly<Record<string, number>> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** A number of bytes, such as `500MB`, at least one that is worth having. */
export const byteSize =
  (leastMb: number): Read<number> =>
  (text, option) => {
    const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?) ?([KMGT]B)?$/i.exec(text) ?? [];
    const bytes =
      number === '' ? Number.NaN : Math.floor(Number(number) * (byteUnits[unit.toUpperCase()] ?? Number.NaN));
    if (bytes >= leastMb * 1024 ** 2) return bytes;
    throw usage(
      `${option} is ${quoted(text)}, which is no number of bytes from ${leastMb}MB on.`,
      `Give ${option} a size such as 500MB or 2GB.`,
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
