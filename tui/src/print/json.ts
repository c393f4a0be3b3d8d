/** JSON for programs that may end up on a terminal. */

/** Characters that are legal in JSON but that a terminal could obey: DEL, C1, format and bidi characters, line separators. And what begins a command to a CI. */
const risky = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]|#(?=#(?:\[|vso\[))/gu;

/** Exactly the value: what is escaped here reads back as the same character. */
export function safeJson(value: unknown): string {
  const escaped = (found: string): string =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    );
  return `${JSON.stringify(value, null, 2).replace(risky, escaped)}\n`;
}
