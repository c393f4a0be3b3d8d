/** JSON that is safe to print: what a terminal could obey is escaped, and reads back as the same character. */

/** Legal in JSON, but DEL, C1, format and bidi characters, line separators, and what begins a command to a CI. */
const risky = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]|#(?=#(?:\[|vso\[))/gu;

const escaped = (found: string): string =>
  Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** @param indent blanks a level; 0 = all on one line */
export const printableJson = (value: unknown, indent = 2): string =>
  `${JSON.stringify(value, null, indent).replace(risky, escaped)}\n`;
