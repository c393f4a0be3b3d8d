/** Rankings and bills of a collector elsewhere, over its read API. */
import type { BillSource, MonthlyBill } from '../model/bill.ts';
import type { Ranking, RankingSource } from '../model/ranking.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { billPath, rankingPath, writeBillQuery, writeRankingQuery } from './ranking-query.ts';

const timeoutMs = 35_000;
/** 10,000 functions are about 6 MB. */
const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * @param token for a collector that wants one; goes nowhere but into the header
 * @throws {@link Trouble} (wrong usage) when `url` is no http or https URL.
 */
export function collectorSource(url: string, token?: string): RankingSource & BillSource {
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
  let last: Received<Ranking> | undefined;
  return {
    description,
    ranking: async (query) => {
      last = await ask(collector, { ...rankings, query: writeRankingQuery(query) }, last);
      return last.found;
    },
    bill: async (query) => (await ask(collector, { ...bills, query: writeBillQuery(query) }, undefined)).found,
    close: async () => {},
  };
}

interface Asked {
  base: URL;
  description: string;
  token: string | undefined;
}

/** An answer, and the tag by which the collector says that it still holds. */
interface Received<Found> {
  url: string;
  etag: string | null;
  found: Found;
}

interface Question<Found> {
  path: string;
  what: string;
  query: URLSearchParams;
  /** `null` where the answer is none. */
  read(answer: unknown): Found | null;
}

/** An answer in which nothing has changed since the last time is not sent again: the dashboard asks once a second. */
async function ask<Found>(
  collector: Asked,
  { path, what, query, read }: Question<Found>,
  last: Received<Found> | undefined,
): Promise<Received<Found>> {
  const { base, description } = collector;
  const url = new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${path}`);
  url.search = query.toString();
  const known = last?.url === url.href ? last : undefined;
  const { status, etag, body } = await get(url, known?.etag ?? null, collector);
  if (status === 304 && known !== undefined) return known;
  const answer = parse(body);
  const found = status === 200 ? read(answer) : null;
  if (found !== null) return { url: url.href, etag, found };
  if (status === 401 || status === 403) {
    throw new Trouble(
      `The ${description} ${collector.token === undefined ? 'wants a token' : 'does not take this token'} for reading (status ${status}).`,
      'Put a token with the scope read into the variable COLDLENS_TOKEN, or name its file with --token-file.',
    );
  }
  const { error, next } = (answer ?? {}) as { error?: unknown; next?: unknown };
  if (typeof error === 'string' && typeof next === 'string') {
    throw new Trouble(`The ${description} refused: ${error}`, next);
  }
  throw new Trouble(
    `The server at ${base.origin} gave no ${what} (status ${status}).`,
    'Check that the URL is that of a coldlens collector of the same version.',
  );
}

async function get(
  url: URL,
  knownEtag: string | null,
  { description, token }: Asked,
): Promise<{ status: number; etag: string | null; body: string }> {
  try {
    const headers = {
      ...(knownEtag !== null && { 'If-None-Match': knownEtag }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, etag: response.headers.get('etag'), body: await readText(response) };
  } catch (error) {
    const { cause } = error as Error;
    const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? (error as Error).message;
    throw new Trouble(
      `The ${description} cannot be reached (${reason}).`,
      'Check the URL, and that `coldlens collect` runs there.',
      undefined,
      { cause: error },
    );
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`its answer is longer than ${maxAnswerBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The members of both answers that say what they are of, and one list. */
const holds = (value: unknown, list: string): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { since, until, prices, [list]: rows } = value as Record<string, unknown>;
  return [since, until, prices].every((text) => typeof text === 'string') && Array.isArray(rows);
};
const isRanking = (value: unknown): value is Ranking => holds(value, 'functions');
const isBill = (value: unknown): value is MonthlyBill => holds(value, 'accounts');

const rankings = {
  path: rankingPath,
  what: 'ranking',
  read: (answer: unknown): Ranking | null => {
    if (!isRanking(answer)) return null;
    // Without the cursor: who asks here wants the first so many.
    const { since, until, prices, functions } = answer;
    return { since, until, prices, functions };
  },
};

const bills = {
  path: billPath,
  what: 'bill',
  read: (answer: unknown): MonthlyBill | null => (isBill(answer) ? answer : null),
};
