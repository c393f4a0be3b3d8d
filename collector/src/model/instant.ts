/** A moment as somebody wrote it down: RFC 3339, or, where the unit is theirs to choose, seconds to nanoseconds since 1970. */

const nsPerMs = 1_000_000n;
/** How many nanoseconds one is, by the digits of a moment between 2001 and 2286 in that unit. */
const unitNs = (digits: number): bigint | null => {
  if (digits <= 10) return 1_000_000_000n;
  if (digits <= 13) return nsPerMs;
  if (digits <= 16) return 1_000n;
  return digits <= 19 ? 1n : null;
};

const whole = /^\d{1,19}$/;
/** Seconds apart from their fraction, so that no nanosecond is lost. */
const dateTime = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d{0,9})?([Zz]|[+-]\d\d:?\d\d)?$/;
/** Longer ones are none. */
const longest = 64;

/** What comes together is mostly of the same second. */
let latest = { text: '', ms: Number.NaN };

const msOf = (text: string): number => {
  if (text !== latest.text) latest = { text, ms: Date.parse(text) };
  return latest.ms;
};

/** Of RFC 3339, also with a space for its T, and UTC where no zone is told: nanoseconds since 1970; null for what is none. */
export const dateTimeNs = (value: unknown): bigint | null => {
  if (typeof value !== 'string' || value.length > longest) return null;
  const [, day, time, fraction = '', zone = 'Z'] = dateTime.exec(value) ?? [];
  if (day === undefined) return null;
  const ms = msOf(`${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()}`);
  return ms >= 0 ? BigInt(ms) * nsPerMs + BigInt(fraction.padEnd(9, '0')) : null;
};

/** Nanoseconds since 1970; null for what is none. Of more than a double can hold the last digits are lost. */
export const instantNs = (value: unknown): bigint | null => {
  if (typeof value === 'number')
    return value >= 0 && value < 1e19 ? instantNs(BigInt(Math.floor(value)).toString()) : null;
  if (typeof value !== 'string' || !whole.test(value)) return dateTimeNs(value);
  const unit = unitNs(value.length);
  return unit === null ? null : BigInt(value) * unit;
};
