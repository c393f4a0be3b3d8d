/** Timestamps at the beginning of lines: `2026-11-22T10:00:00.123Z`, as AWS and its tools write them, UTC where no zone is told. */

const msPerMinute = 60_000;
/** Of what is written like a time and is none, such as `2026-02-30`: no moment, but told, unlike NaN. */
export const impossibleMs = Number.POSITIVE_INFINITY;
const msPerDay = 86_400_000;
const zero = 0x30;
const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;

/** Both are NaN where there is no timestamp. */
export class Timestamp {
  /** Milliseconds since 1970, or {@link impossibleMs}. */
  ms = Number.NaN;
  /** Where the text goes on behind it. */
  end = Number.NaN;
  /** Lines that follow each other are nearly all of one day. */
  #day = Number.NaN;
  #dayMs = 0;

  /** Faster than Date.parse, which takes longer than all the rest of a line. @returns whether there is one */
  read(text: string, at: number): boolean {
    const date = digits(text, at, 4) * 10_000 + digits(text, at + 5, 2) * 100 + digits(text, at + 8, 2);
    const time = secondsOf(digits(text, at + 11, 2), digits(text, at + 14, 2), digits(text, at + 17, 2));
    const between = text.charCodeAt(at + 10);
    const isTimestamp =
      !Number.isNaN(date + time) &&
      text.charCodeAt(at + 4) === dash &&
      text.charCodeAt(at + 7) === dash &&
      (between === 0x54 || between === 0x20) &&
      text.charCodeAt(at + 13) === colon &&
      text.charCodeAt(at + 16) === colon;
    if (!isTimestamp) return false;
    if (date !== this.#day) {
      this.#dayMs = dayMs(date);
      this.#day = date;
    }
    this.ms = this.#dayMs + time * 1_000;
    this.end = at + 19;
    this.#readFraction(text);
    this.#readZone(text);
    return true;
  }

  #readFraction(text: string): void {
    if (text.charCodeAt(this.end) !== dot) return;
    let [value, scale] = [0, 1];
    let at = this.end + 1;
    for (; at < this.end + 10; at += 1) {
      const digit = text.charCodeAt(at) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      scale *= 10;
    }
    this.ms += (value * 1_000) / scale;
    this.end = at;
  }

  #readZone(text: string): void {
    const sign = text.charCodeAt(this.end);
    if (sign === 0x5a) this.end += 1;
    if (sign !== 0x2b && sign !== dash) return;
    const hours = digits(text, this.end + 1, 2);
    const minutesAt = this.end + (text.charCodeAt(this.end + 3) === colon ? 4 : 3);
    const minutes = digits(text, minutesAt, 2);
    if (Number.isNaN(hours + minutes)) return;
    if (hours > 23 || minutes > 59) this.ms = impossibleMs;
    else this.ms -= (sign === dash ? -1 : 1) * (hours * 60 + minutes) * msPerMinute;
    this.end = minutesAt + 2;
  }
}

/** Of a day; NaN where any is, {@link impossibleMs} for what no clock shows. */
export const secondsOf = (hours: number, minutes: number, seconds: number): number =>
  hours > 23 || minutes > 59 || seconds > 59 ? impossibleMs : hours * 3_600 + minutes * 60 + seconds;

/** When a day begins. @param date as the number `20261122` @returns {@link impossibleMs} for one that no calendar has */
export const dayMs = (date: number): number => {
  const [year, month, day] = [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100];
  const begin = new Date(Date.UTC(year, month - 1, day));
  const isIt = begin.getUTCFullYear() === year && begin.getUTCMonth() === month - 1 && begin.getUTCDate() === day;
  return isIt ? begin.getTime() : impossibleMs;
};

/** NaN where any of them is no digit. */
const digits = (text: string, at: number, count: number): number => {
  let value = 0;
  for (let end = at + count; at < end; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** Of a text that is a timestamp, or a number of milliseconds since 1970; else NaN. */
export const timestampMs = (value: unknown): number => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  if (shared.read(value, 0)) return shared.ms;
  return /^\d{12,14}$/.test(value) ? Number(value) : Number.NaN;
};

const shared = new Timestamp();

/** Times beyond are absurd, and do not fit. */
const mostMs = 100_000 * msPerDay;

/** `null` for what is no time. */
export const momentNs = (ms: number): bigint | null =>
  ms >= 0 && ms <= mostMs ? BigInt(Math.round(ms * 1_000)) * 1_000n : null;
