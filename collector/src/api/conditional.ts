/** Answers that need not be sent again: whoever has one asks with its ETag, and is told that it still holds (RFC 9110, 13.1.2). */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer } from '../receive/answer.ts';

/** Of one user's functions and money, and only good after asking again. */
const cacheControl = 'private, no-cache';

/** Strong: it is of the very bytes. 132 bits. */
const etagOf = (body: string | Buffer): string => `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/** An entity tag may hold commas, so a list is no text to be split at them. */
const entityTags = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const opaque = (tag: string): string => tag.replace(/^W\//, '');

/** By the weak comparison: `W/` does not matter, for a proxy may have put it there. What is no entity tag matches nothing. */
const isKnown = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.trim() === '*' || (ifNoneMatch.match(entityTags) ?? []).some((tag) => opaque(tag) === etag);

/** Gives what is found an ETag, or leaves out what the request's sender has; refusals stay as they are. */
export const conditional = ({ headers: asked }: Pick<IncomingMessage, 'headers'>, answer: Answer): Answer => {
  if (answer.status !== 200) return answer;
  const etag = etagOf(answer.body);
  const headers = { ...answer.headers, ETag: etag, 'Cache-Control': cacheControl };
  const isUnchanged = isKnown(asked['if-none-match'] ?? '', etag);
  return isUnchanged ? { status: 304, contentType: '', body: '', headers } : { ...answer, headers };
};
