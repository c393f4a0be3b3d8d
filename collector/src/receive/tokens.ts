/**
 * Tokens as text: one a line, its scopes and the token, or in place of it its SHA-256, so that the file lets nobody in.
 *
 *     # the functions
 *     write        yNk0zJ3mV8QbL5xTf2Rw
 *     # dashboards
 *     read         sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5
 *     read,write   M2vPq8cWz7Hd4sKj9LtX
 *
 * What is said of a bad line names its number and never a word of it.
 */
import { exitCode, Trouble } from '../trouble.ts';
import { digestOf, type Scope, scopes, type Token } from './gate.ts';

/** Shorter ones can be guessed. */
const minTokenLength = 16;
const maxTokenLength = 512;
/** Every request is compared with each of them. */
const maxTokens = 1_000;

/** `b64token` of RFC 6750, so that it fits a header as it is. */
const tokenShape = /^[A-Za-z0-9._~+/-]+=*$/;
const digestShape = /^sha256:([0-9a-f]{64})$/i;

const wrong = (where: string, what: string, next: string): Trouble =>
  new Trouble(`${where} ${what}.`, next, exitCode.usage);

/**
 * @param from what it was read from, for messages: `tokens.txt`, `COLDLENS_TOKENS`
 * @throws {@link Trouble} (wrong usage) that names the line
 */
export function parseTokens(text: string, from: string): Token[] {
  // A variable holds several in one line.
  const lines = text.split(/\r?\n|;/).map((line) => line.trim());
  const tokens = lines.flatMap((line, index) =>
    line === '' || line.startsWith('#') ? [] : [parseLine(line, `Line ${index + 1} of ${from}`)],
  );
  if (tokens.length === 0) throw wrong(from, 'holds no token', 'Write one a line: write TOKEN');
  if (tokens.length > maxTokens) {
    throw wrong(from, `holds more than ${maxTokens} tokens`, 'Let functions of one team share one.');
  }
  return tokens;
}

function parseLine(line: string, where: string): Token {
  const [named, secret, ...more] = line.split(/\s+/);
  if (named === undefined || secret === undefined || more.length > 0) {
    throw wrong(where, 'is not a scope and a token', 'Write it like: read,write TOKEN');
  }
  const wanted = named.split(',');
  if (!wanted.every((one): one is Scope => (scopes as readonly string[]).includes(one))) {
    throw wrong(where, 'begins with an unknown scope', `Use ${scopes.join(', ')}, several with commas between.`);
  }
  return { digest: digestOfSecret(secret, where), scopes: new Set(wanted) };
}

function digestOfSecret(secret: string, where: string): Buffer {
  const hex = digestShape.exec(secret)?.[1];
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  if (secret.startsWith('sha256:')) throw wrong(where, 'has no SHA-256 of 64 hex digits', 'Make it with sha256sum.');
  if (!tokenShape.test(secret)) {
    throw wrong(where, 'has a token that fits no header', 'Use letters, digits and - . _ ~ + / only.');
  }
  if (secret.length < minTokenLength || secret.length > maxTokenLength) {
    const bounds = `Use ${minTokenLength} to ${maxTokenLength} characters, such as: openssl rand -hex 24`;
    throw wrong(where, 'has a token that is too short or too long', bounds);
  }
  return digestOf(secret);
}
