/** How the text of an option becomes a value, where the collector knows the bounds. */
import { plainText, quoted, type Read, usage } from '@coldlens/benchmarks/cli';
import { parseRetention, Trouble } from '@coldlens/collector';
import { formatWindow } from '../format/numbers.ts';

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

/** {@link asAsked}, no longer than so many milliseconds. */
export const within =
  (parameter: { read: Read<number> }, mostMs: number): Read<number> =>
  (text, option) => {
    const ms = asAsked(parameter)(text, option);
    if (ms <= mostMs) return ms;
    throw usage(
      `${option} is ${quoted(text)}, and what arrived longer than ${formatWindow(mostMs)} ago is not told as live.`,
      `Give ${option} a time up to ${formatWindow(mostMs)}, or look at coldlens function NAME.`,
    );
  };

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

/** A moment in ISO 8601, as milliseconds since 1970. */
export const moment: Read<number> = (text, option) => {
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw usage(`${option} is ${quoted(text)}, which is no moment.`, `Give ${option} like 2026-11-22T09:30:00Z.`);
};

const paceUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Faster than anyone reads, and slower than anyone waits. */
const paceBoundsMs = { least: 100, most: 3_600_000 };

/** A time between two questions, such as `250ms`, in milliseconds. */
export const pace: Read<number> = (text, option) => {
  const [, number = '', unit = ''] = /^(\d{1,7})(ms|s|m|h)$/.exec(text) ?? [];
  const ms = number === '' ? Number.NaN : Number(number) * (paceUnits[unit] ?? Number.NaN);
  if (ms >= paceBoundsMs.least && ms <= paceBoundsMs.most) return ms;
  throw usage(
    `${option} is ${quoted(text)}, which is no time from 100ms to 1h.`,
    `Give ${option} a time such as 250ms, 5s or 1m.`,
  );
};
