/** Answers that need not be sent again: whoever has one asks with its ETag, and is told that it still holds (RFC 9110, 13.1.2). */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer } from '../receive/answer.ts';
import { rowsName, rowsType, told, writeRows } from './rows.ts';
import type { Versions } from './versions.ts';

/** Of one user's functions and money, and only good after asking again. */
const cacheControl = 'private, no-cache';

/** Strong: it is of the very bytes. 132 bits. */
const etagOf = (body: string | Buffer): string => `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/** An entity tag may hold commas, so a list is no text to be split at them. */
const entityTags = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const opaque = (tag: string): string => tag.replace(/^W\//, '');

/** Without `W/`: by the weak comparison it does not matter, for a proxy may have put it there. What is no entity tag is none. */
const tagsOf = (ifNoneMatch: string): string[] => (ifNoneMatch.match(entityTags) ?? []).map(opaque);

const isKnown = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.trim() === '*' || tagsOf(ifNoneMatch).includes(etag);

/** Gives what is found an ETag, or leaves out what the request's sender has; refusals stay as they are. */
export const conditional = ({ headers: asked }: Pick<IncomingMessage, 'headers'>, answer: Answer): Answer => {
  if (answer.status !== 200) return answer;
  const etag = etagOf(answer.body);
  const headers = { ...answer.headers, ETag: etag, 'Cache-Control': cacheControl };
  const isUnchanged = isKnown(asked['if-none-match'] ?? '', etag);
  return isUnchanged ? { status: 304, contentType: '', body: '', headers } : { ...answer, headers };
};

/** What has changed of a list since an answer that the request's sender has; the whole list where it has none that is known. */
export const rowByRow = (
  { headers: asked }: Pick<IncomingMessage, 'headers'>,
  found: object,
  list: string,
  versions: Versions,
): Answer => {
  const now = told(found, list);
  const named = asked['if-none-match'] ?? '';
  const base = tagsOf(named).find((tag) => versions.find(tag) !== undefined);
  const before = base === undefined ? [] : (versions.find(base) ?? []);
  versions.keep(now.etag, now.digests);
  const headers = { ETag: now.etag, 'Cache-Control': cacheControl };
  if (isKnown(named, now.etag)) return { status: 304, contentType: '', body: '', headers };
  return {
    status: 226,
    contentType: rowsType,
    body: writeRows(now, before),
    // Whoever keeps answers and knows nothing of this status must not give it to others.
    headers: {
      ...headers,
      'Cache-Control': 'no-store',
      IM: rowsName,
      ...(base !== undefined && { 'Delta-Base': base }),
    },
  };
};

/** Of what is found at this moment; refusals stay as they are. */
export const unkept = (answer: Answer): Answer =>
  answer.status === 200 ? { ...answer, headers: { ...answer.headers, 'Cache-Control': 'no-store' } } : answer;
