/** Every number of a report is written here. `null` is `-`. */

/** Printed for a value that is not observable. Never 0. */
export const notObservable = '-';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Milliseconds without the unit, with the digits that matter: `0.42`, `4.2`, `842`, `12,345`; seconds from 1,000 s on. */
export const formatMs = (ms: number | null): string => {
  if (ms === null || !Number.isFinite(ms)) return notObservable;
  if (ms < 0) return `-${formatMs(-ms)}`;
  if (ms < 0.005) return '0';
  if (ms < 0.995) return ms.toFixed(2);
  if (ms < 9.95) return ms.toFixed(1);
  if (ms < 999_999.5) return grouped.format(ms);
  return `${grouped.format(ms / 1000)} s`;
};

/** Whole counts: `842`, `9,876`, `12.3k`, `4.5M`. */
export const formatCount = (count: number | null): string => {
  if (count === null || !Number.isFinite(count)) return notObservable;
  if (Math.abs(count) < 10_000) return grouped.format(count);
  const steps = [
    { limit: 999_500, divisor: 1e3, suffix: 'k' },
    { limit: 999_500_000, divisor: 1e6, suffix: 'M' },
    { limit: Number.POSITIVE_INFINITY, divisor: 1e9, suffix: 'G' },
  ];
  const step = steps.find(({ limit }) => Math.abs(count) < limit);
  if (step === undefined) return notObservable;
  const scaled = count / step.divisor;
  return `${Math.abs(scaled) < 99.95 ? scaled.toFixed(1) : grouped.format(scaled)}${step.suffix}`;
};

/** Bytes of code: `842 B`, `9.8 kB`, `1.2 MB`; k is 1,024. */
export const formatBytes = (bytes: number | null): string => {
  if (bytes === null || !Number.isFinite(bytes)) return notObservable;
  const size = Math.abs(bytes);
  if (size < 1_000) return `${grouped.format(bytes)} B`;
  const [scaled, unit] = size < 1_000 * 2 ** 10 ? [bytes / 2 ** 10, 'kB'] : [bytes / 2 ** 20, 'MB'];
  return `${Math.abs(scaled) < 9.95 ? scaled.toFixed(1) : grouped.format(scaled)} ${unit}`;
};

/** Memory, MB of 1,048,576 bytes: `88`, `1,024`; `9.4` where it matters. */
export const formatMb = (mb: number | null): string => formatMs(mb);

/** Dollars as decimal text, with enough digits to be non-zero: `$12.34`, `$0.042`, `$2.1e-7`. */
export const formatUsd = (text: string | null): string => {
  const usd = text === null || text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(usd)) return notObservable;
  if (usd < 0) return `-${formatUsd(text?.replace('-', '') ?? null)}`;
  if (usd === 0) return '$0';
  if (usd < 1e-6) return `$${usd.toExponential(1)}`;
  if (usd < 0.1) return `$${usd.toFixed(Math.min(8, 1 - Math.floor(Math.log10(usd))))}`;
  if (usd < 9999.995) return `$${usd.toFixed(2)}`;
  return `$${formatCount(usd)}`;
};

/** With its sign, so that a difference cannot be taken for an amount: `+84`, `-3.1`, `0`. */
export const signed = (format: (value: number) => string, value: number): string => {
  const text = format(value);
  return value > 0 && text !== '0' ? `+${text}` : text;
};

/** A ratio minus 1 as a percentage: `+27.4 %`, `-0.4 %`, `+320 %`. */
export const formatPercent = (ratio: number): string => `${percentNumber(ratio)} %`;

/** {@link formatPercent} without its unit, for the inner end of an interval. */
export const percentNumber = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return notObservable;
  const percent = ratio * 100;
  const digits = Math.abs(percent) < 99.95 ? percent.toFixed(1) : grouped.format(percent);
  if (Number(digits) === 0) return '0';
  return percent > 0 ? `+${digits}` : digits;
};

/** `+25.1 to +29.8 %`. */
export const percentInterval = (estimate: { ciLow: number; ciHigh: number }): string =>
  `${percentNumber(estimate.ciLow)} to ${formatPercent(estimate.ciHigh)}`;

/** `405 to 420`; for differences give a signing format. */
export const interval = (
  { ciLow, ciHigh }: { ciLow: number; ciHigh: number },
  format: (value: number) => string = formatMs,
): string => `${format(ciLow)} to ${format(ciHigh)}`;

/** `1 function`, `3 functions`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
