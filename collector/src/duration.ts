/** The duration texts of options and of the read API: `90s`, `15m`, `24h`, `7d`. */
import { exitCode, Trouble } from './trouble.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const shortestMs = 1000;
const longestMs = 400 * 86_400_000;

/**
 * Milliseconds of a text such as `24h`.
 * @throws {@link Trouble} (wrong usage) when it is no such text, or not within 1 second to 400 days.
 */
export function parseDurationMs(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const ms = Number(match?.[1]) * (unitMs[match?.[2] ?? ''] ?? Number.NaN);
  if (ms >= shortestMs && ms <= longestMs) return ms;
  throw new Trouble(
    `"${text.slice(0, 40)}" is no duration between 1s and 400d.`,
    'Write a whole number and a unit, such as 90s, 15m, 24h or 7d.',
    exitCode.usage,
  );
}
