/** Durations as Azure Monitor, Application Insights and the host's log write them, in nanoseconds. */
import { msToNs } from '../../model/time.ts';

const nsPerMs = 1_000_000n;
const nsPerTick = 100n;

const timeSpan = /^(?:(\d{1,3})\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?$/;

/** Milliseconds as a number or a text, or `[days.]hh:mm:ss[.fffffff]`; `null` for what is none, or absurd. */
export const durationNsOf = (value: unknown): bigint | null => {
  if (typeof value === 'number') return msToNs(value);
  if (typeof value !== 'string' || value.length > 64) return null;
  const found = timeSpan.exec(value);
  if (found === null) return /^\d+(\.\d+)?$/.test(value) ? msToNs(Number(value)) : null;
  const [days, hours, minutes, seconds] = [found[1] ?? 0, found[2], found[3], found[4]].map(Number) as [
    ...[number, number, number, number],
  ];
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  return BigInt(ms) * nsPerMs + BigInt((found[5] ?? '').padEnd(7, '0')) * nsPerTick;
};

/** Of a number of ticks, ten million to the second. */
export const ticksNs = (ticks: number | undefined): bigint | null =>
  ticks === undefined ? null : msToNs(ticks / 10_000);
