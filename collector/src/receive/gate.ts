/**
 * The one gate: whether a request may do what its route does, decided by its headers alone, before anything of its body is
 * read. A token is known by its SHA-256 only, and compared with every token there is in constant time.
 *
 *   Where there are no tokens, everyone who can connect may do everything, so the collector then listens on loopback only
 *   (see server.ts), and answers only to names of this machine: a page in a browser here could otherwise have its own name
 *   resolved to 127.0.0.1 and read what it likes (DNS rebinding).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackName } from './loopback.ts';

/** `admin` may all that the others may. */
export const scopes = ['write', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What a token may, known by what cannot be turned back into it. */
export interface Token {
  /** SHA-256, 32 bytes. */
  readonly digest: Buffer;
  readonly scopes: ReadonlySet<Scope>;
}

/** Who asks: the same for all requests with one token, today and after a restart; nothing of the token can be told from it. */
export interface Caller {
  readonly id: string;
}

/** Who asks where there are no tokens. */
export const anyone: Caller = { id: 'anyone' };

/** `any` = whatever a valid token may. */
export type Wanted = Scope | 'any' | 'open';

export interface Refusal {
  status: 401 | 403;
  error: string;
  next: string;
  headers: Readonly<Record<string, string>>;
}

export type Admission = { state: 'admitted'; caller: Caller } | ({ state: 'refused' } & Refusal);

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const realm = 'Bearer realm="coldlens"';

const refused = (status: 401 | 403, error: string, next: string, challenge?: string): Admission => ({
  ...{ state: 'refused', status, error, next },
  headers: { 'Cache-Control': 'no-store', ...(challenge !== undefined && { 'WWW-Authenticate': challenge }) },
});

/**
 * @param tokens as they are now; `null` = none were set, and everyone may do everything
 * @param elsewhere a token that its sender cannot put into Authorization
 */
export function admit(
  tokens: readonly Token[] | null,
  { authorization, host }: Pick<IncomingHttpHeaders, 'authorization' | 'host'>,
  wanted: Wanted,
  elsewhere?: string,
): Admission {
  if (wanted === 'open') return { state: 'admitted', caller: anyone };
  if (tokens === null) return admitToThisMachine(host);
  // RFC 6750, 2.1; the scheme's name in any case (RFC 9110, 11.1).
  const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? elsewhere;
  if (given === undefined) {
    return refused(401, 'This collector wants a token.', 'Send it as Authorization: Bearer TOKEN.', realm);
  }
  const token = find(tokens, digestOf(given));
  if (token === undefined) {
    const challenge = `${realm}, error="invalid_token"`;
    return refused(
      401,
      'The token is not known here.',
      'Send one of the tokens that the collector was given.',
      challenge,
    );
  }
  if (wanted !== 'any' && !token.scopes.has(wanted) && !token.scopes.has('admin')) {
    const challenge = `${realm}, error="insufficient_scope", scope="${wanted}"`;
    return refused(403, `The token may not ${wanted} here.`, `Use a token with the scope ${wanted}.`, challenge);
  }
  return { state: 'admitted', caller: { id: token.digest.toString('base64url').slice(0, 12) } };
}

/** Looks at all of them whichever fits, so that the time tells nothing. */
function find(tokens: readonly Token[], digest: Buffer): Token | undefined {
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) found = token;
  return found;
}

/** Without a Host there is no browser either. */
function admitToThisMachine(host: string | undefined): Admission {
  if (host === undefined || isLoopbackName(withoutPort(host))) return { state: 'admitted', caller: anyone };
  return refused(
    403,
    'Without tokens this collector answers only to localhost and addresses of it.',
    'Ask for it by such a name, or give the collector tokens with --tokens FILE.',
  );
}

const withoutPort = (host: string): string => host.replace(/:\d*$/, '');
