/**
 * What a collector says about itself while it runs: one line an event on stderr, for people or as JSON.
 *
 * What fails again and again is told once in ten seconds, with how many like it were held back: a store that is away must
 * not fill the disk that the buffer needs. Outside text is made harmless here, and what looks like a secret is left out.
 */

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];
/** From the most to the fewest lines. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  /**
   * @param message one sentence
   * @param fields what varies from line to line
   * @param alike what tells that lines are alike; absent = the sentence
   */
  write(level: LogLevel, message: string, fields?: LogFields, alike?: string): void;
  /** Tells what is still held back. Call it at the end. */
  flush(): void;
}

export interface LogOptions {
  format: LogFormat;
  /** The least that is written. */
  level: LogLevel;
  /** Gets whole lines, their line break included. */
  to(line: string): void;
  /** Milliseconds since 1970. */
  now?(): number;
}

/** Lines that are alike are told this often at most. What is below a warning is not held back: it comes at our own pace. */
const quietMs = 10_000;
/** There are few kinds; should one ever hold something that varies, the rest share one place. */
const mostKinds = 200;
const maxTextLength = 2000;

interface Held {
  level: LogLevel;
  untilMs: number;
  count: number;
  /** The latest that was held back. */
  message: string;
  fields: LogFields;
}

/** For who wants none: the demo, whose screen it would tear. */
export const silentLog: Log = { write: () => {}, flush: () => {} };

export function createLog({ format, level: least, to, now = Date.now }: LogOptions): Log {
  const heldBack = new Map<string, Held>();
  const put = (level: LogLevel, message: string, fields: LogFields) =>
    to(lineOf[format](now(), level, message, fields));

  const write = (level: LogLevel, message: string, fields: LogFields = {}, alike = message): void => {
    if (logLevels.indexOf(level) < logLevels.indexOf(least)) return;
    if (level === 'debug' || level === 'info') {
      put(level, message, fields);
      return;
    }
    const key = heldBack.has(alike) || heldBack.size < mostKinds ? alike : '';
    const held = heldBack.get(key);
    if (held !== undefined && now() < held.untilMs) {
      Object.assign(held, { level, message, fields, count: held.count + 1 });
      return;
    }
    put(level, message, held === undefined || held.count === 0 ? fields : { ...fields, heldBack: held.count });
    heldBack.set(key, { level, untilMs: now() + quietMs, count: 0, message, fields });
  };
  return {
    write,
    flush: () => {
      for (const { level, count, message, fields } of heldBack.values()) {
        if (count > 0) put(level, message, { ...fields, heldBack: count });
      }
      heldBack.clear();
    },
  };
}

const lineOf: Readonly<Record<LogFormat, (ms: number, level: LogLevel, message: string, fields: LogFields) => string>> =
  {
    json: (ms, level, message, fields) => {
      const line = { time: new Date(ms).toISOString(), level, msg: withoutSecrets(message), ...mapped(fields) };
      return `${JSON.stringify(line).replace(unprintable, escaped)}\n`;
    },
    text: (_ms, level, message, fields) => {
      const shown = Object.entries(mapped(fields)).map(([name, value]) => `${name}=${value}`);
      const mark = level === 'warn' || level === 'error' ? `${level}: ` : '';
      const text = `coldlens: ${mark}${withoutSecrets(message)}${shown.length === 0 ? '' : ` (${shown.join(', ')})`}`;
      return `${text.replace(/[\t\n\v\f\r]+/g, ' ').replace(unprintable, '\ufffd')}\n`;
    },
  };

const mapped = (fields: LogFields): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? withoutSecrets(value) : value]),
  );

/** A net below the rule that nobody logs secrets: credentials in addresses, and what follows an authorization scheme. */
export const withoutSecrets = (text: string): string =>
  text
    .slice(0, maxTextLength)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 ***')
    .replace(/\/\/[^\s/@]+@/g, '//***@')
    .replace(/\b(password|token|secret|api[-_]?key)(["']?\s*[=:]\s*["']?)[^\s"',;&)]+/gi, '$1$2***');

/** Controls, bidi marks, line separators and invisible characters: what a terminal could obey or hide. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/gu;

/** In JSON text such a character can only be within a string. */
const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
