/** Every number that people read is written here: milliseconds, money, counts, shares, ages. `null` is `-`. */

/** Printed for a value that is not observable. Never 0. */
export const notObservable = '-';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Milliseconds without the unit, with the digits that matter: `0.42`, `4.2`, `842`, `12,345`; seconds from 1,000 s on. */
export function formatMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return notObservable;
  if (ms <= 0) return '0';
  if (ms < 0.995) return ms.toFixed(2);
  if (ms < 9.95) return ms.toFixed(1);
  if (ms < 999_999.5) return grouped.format(ms);
  return `${grouped.format(ms / 1000)} s`;
}

/** {@link formatMs} with its unit; `-` alone when not observable. */
export function formatMsUnit(ms: number | null): string {
  const text = formatMs(ms);
  return text === notObservable || text.endsWith('s') ? text : `${text} ms`;
}

/** Whole counts: `842`, `9,876`, `12.3k`, `4.5M`. */
export function formatCount(count: number | null): string {
  if (count === null || !Number.isFinite(count)) return notObservable;
  if (count < 10_000) return grouped.format(count);
  const steps = [
    { limit: 999_500, divisor: 1e3, suffix: 'k' },
    { limit: 999_500_000, divisor: 1e6, suffix: 'M' },
    { limit: Number.POSITIVE_INFINITY, divisor: 1e9, suffix: 'G' },
  ];
  const step = steps.find(({ limit }) => count < limit);
  if (step === undefined) return notObservable;
  const scaled = count / step.divisor;
  return `${scaled < 99.95 ? scaled.toFixed(1) : grouped.format(scaled)}${step.suffix}`;
}

/** `1 cold start`, `12.3k cold starts`. */
export const counted = (count: number, one: string): string => `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;

/** Dollars with enough digits to be non-zero, in nine cells up to 10,000: `$12.34`, `$0.042`, `$0.000021`, `$2.1e-7`. */
export function formatUsd(usd: number | null): string {
  if (usd === null || !Number.isFinite(usd)) return notObservable;
  if (usd < 0) return `-${formatUsd(-usd)}`;
  if (usd === 0) return '$0';
  // Rounded before its digits are counted: 0.000999 has as many as 0.001.
  const rounded = Number(usd.toPrecision(2));
  if (rounded < 1e-5) return `$${rounded.toExponential(1)}`;
  if (rounded < 0.1) return `$${rounded.toFixed(1 - Math.floor(Math.log10(rounded)))}`;
  if (usd < 9999.995) return `$${usd.toFixed(2)}`;
  return `$${formatCount(usd)}`;
}

/** Bytes: `842 B`, `12.3 kB`, `4.5 MB`, in steps of 1,024. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return notObservable;
  const steps = [
    { limit: 1024, divisor: 1, suffix: 'B' },
    { limit: 1024 ** 2, divisor: 1024, suffix: 'kB' },
    { limit: 1024 ** 3, divisor: 1024 ** 2, suffix: 'MB' },
    { limit: Number.POSITIVE_INFINITY, divisor: 1024 ** 3, suffix: 'GB' },
  ];
  const step = steps.find(({ limit }) => bytes < limit);
  if (step === undefined) return notObservable;
  const scaled = bytes / step.divisor;
  return `${scaled < 99.95 && step.divisor > 1 ? scaled.toFixed(1) : grouped.format(scaled)} ${step.suffix}`;
}

/** A share of 0 to 1 in percent: `<0.1%`, `3.6%`, `25%`. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return notObservable;
  const percent = share * 100;
  if (percent === 0) return '0%';
  if (percent < 0.1) return '<0.1%';
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${percent.toFixed(0)}%`;
}

/**
 * How a figure differs from what it was, in percent of that: `+31%`, `-8%`. What may be noise stands in brackets: `(+3%)`.
 */
export function formatChange(before: number | null, now: number | null, isSure: boolean): string {
  if (before === null || now === null || before <= 0) return notObservable;
  const percent = Math.round((now / before - 1) * 100);
  const sign = percent > 0 ? '+' : '';
  const text = percent > 999 ? '>+999%' : `${sign}${percent}%`;
  return isSure ? text : `(${text})`;
}

const units = [
  { ms: 86_400_000, suffix: 'd' },
  { ms: 3_600_000, suffix: 'h' },
  { ms: 60_000, suffix: 'm' },
  { ms: 1000, suffix: 's' },
] as const;

/** How long ago, in the largest unit that is at least one: `0s`, `59s`, `3m`, `2h`, `4d`. */
export function formatAge(ms: number): string {
  const unit = units.find((candidate) => ms >= candidate.ms) ?? units[3];
  return `${Math.max(0, Math.floor(ms / unit.ms))}${unit.suffix}`;
}

/** A window's length, exact in its largest whole unit: `24h`, `7d`, `90m`. One day stays `24h`, as it was asked for. */
export function formatWindow(ms: number): string {
  if (ms === 86_400_000) return '24h';
  const unit = units.find((candidate) => ms >= candidate.ms && ms % candidate.ms === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit.ms}${unit.suffix}`;
}
