/** The questions to a collector elsewhere, over its read API. */
import type { QuestionSource } from '../model/question-source.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { httpGet } from './http-get.ts';
import { missingText, type Operation, operations } from './operations.ts';
import { type FoundBy, type QuestionName, questions, searchOf } from './questions.ts';
import { createRowReader, rowsName } from './rows.ts';
import { looksLike } from './shape.ts';

const timeoutMs = 35_000;
/** 10,000 functions are about 6 MB. */
const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * @param token for a collector that wants one; goes nowhere but into the header
 * @throws {@link Trouble} (wrong usage) when `url` is no http or https URL.
 */
export function collectorSource(url: string, token?: string): QuestionSource {
  const base = URL.canParse(url) ? new URL(url) : null;
  if (base === null || (base.protocol !== 'http:' && base.protocol !== 'https:')) {
    throw new Trouble(
      'The collector URL is no http or https URL.',
      'Write it like http://127.0.0.1:4318.',
      exitCode.usage,
    );
  }
  // Never the whole URL: it may hold a password.
  const description = `collector at ${base.origin}`;
  const collector: Asked = { base, description, token };
  /** The latest answer to each question. */
  const last = new Map<QuestionName, Received>();
  const asked =
    <Name extends QuestionName>(name: Name) =>
    async (query: never): Promise<FoundBy<Name>> => {
      const { path, write } = questions[name];
      const received = await ask(collector, operationAt(path), searchOf(write(query)), last.get(name));
      last.set(name, received);
      // It has the shape that the operation answers with.
      return received.found as FoundBy<Name>;
    };
  const names = Object.keys(questions) as QuestionName[];
  const source = Object.fromEntries(names.map((name) => [name, asked(name)])) as unknown as Pick<
    QuestionSource,
    QuestionName
  >;
  return { ...source, description, close: async () => {} };
}

const operationAt = (path: string): Operation => {
  const found = operations.find((operation) => operation.path === path);
  if (found === undefined) throw new Error(`no operation answers at ${path}`);
  return found;
};

interface Asked {
  base: URL;
  description: string;
  token: string | undefined;
}

/** An answer, and the tag by which the collector says that it still holds. */
interface Received {
  url: string;
  etag: string | null;
  /** `null` = there is no such function or invocation. */
  found: object | null;
}

/**
 * An answer in which nothing has changed since the last time is not sent again, and of one that is told row by row only the
 * rows that have: the dashboard asks once a second.
 */
async function ask(
  collector: Asked,
  { path, name, missing, shape, list }: Operation,
  search: URLSearchParams,
  last: Received | undefined,
): Promise<Received> {
  const { base, description } = collector;
  const url = new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${path}`);
  url.search = search.toString();
  // Rows are known again in the answer to another question too: with another sort they only stand elsewhere.
  const known = list !== undefined || last?.url === url.href ? last : undefined;
  const { status, etag, answer } = await get(url, { known, list }, collector);
  if (status === 304 && known !== undefined) return { ...known, url: url.href };
  // Without the cursor: who asks here wants the first so many.
  const { nextCursor: _cursor, ...members } = shape;
  if ((status === 200 || status === 226) && looksLike(answer, members)) {
    const { nextCursor: _nextCursor, ...found } = answer as { nextCursor?: unknown };
    return { url: url.href, etag, found };
  }
  if (status === 401 || status === 403) {
    throw new Trouble(
      `The ${description} ${collector.token === undefined ? 'wants a token' : 'does not take this token'} for reading (status ${status}).`,
      'Put a token with the scope read into the variable COLDLENS_TOKEN, or name its file with --token-file.',
    );
  }
  if (status >= 300 && status < 400 && status !== 304) {
    throw new Trouble(
      `The ${description} sends to another address (status ${status}).`,
      'Give the address where the collector itself answers.',
    );
  }
  const { error, next } = (answer ?? {}) as { error?: unknown; next?: unknown };
  if (status === 404 && missing !== undefined && error === missingText(missing)) {
    return { url: url.href, etag: null, found: null };
  }
  if (typeof error === 'string' && typeof next === 'string') {
    throw new Trouble(`The ${description} refused: ${error}`, next);
  }
  throw new Trouble(
    `The server at ${base.origin} gave no ${name.replace(/^(the|an?) /, '')} (status ${status}).`,
    'Check that the URL is that of a coldlens collector of the same version.',
  );
}

interface Wanted {
  known: Received | undefined;
  /** The member that can be told row by row. */
  list: string | undefined;
}

async function get(
  url: URL,
  { known, list }: Wanted,
  { description, token }: Asked,
): Promise<{ status: number; etag: string | null; answer: unknown }> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await httpGet(
      url,
      {
        ...(known?.etag && { 'If-None-Match': known.etag }),
        ...(list !== undefined && { 'A-IM': rowsName }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      signal,
    );
    const { statusCode: status = 0, headers } = response;
    const before = headers['delta-base'] === known?.etag ? known?.found : undefined;
    const isByRow = status === 226 && list !== undefined;
    const answer = isByRow ? await readRows(response, list, before ?? null) : parse(await readText(response));
    return { status, etag: headers.etag ?? null, answer };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : (code ?? message);
    throw new Trouble(
      `The ${description} cannot be reached (${reason}).`,
      'Check the URL, and that `coldlens collect` runs there.',
      undefined,
      { cause: error },
    );
  }
}

/** The text in pieces, as they come. */
async function* pieces(response: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`its answer is longer than ${maxAnswerBytes} bytes`);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function readText(response: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces(response)) text += piece;
  return text;
}

/** Far above what a row of any list has. */
const mostLineLength = 1024 * 1024;

/** Line by line, so that never more of the text is there than a piece of it. `null` = it is told otherwise. */
async function readRows(
  response: AsyncIterable<Uint8Array>,
  list: string,
  before: object | null,
): Promise<object | null> {
  const rows = (before as Readonly<Record<string, readonly unknown[]>> | null)?.[list] ?? [];
  const reader = createRowReader(list, rows);
  let begun = '';
  for await (const piece of pieces(response)) {
    const lines = `${begun}${piece}`.split('\n');
    begun = lines.pop() ?? '';
    if (begun.length > mostLineLength || !lines.every((line) => reader.take(line))) return null;
  }
  return begun === '' ? reader.end() : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
