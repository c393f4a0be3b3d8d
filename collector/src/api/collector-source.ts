/** Rankings and bills of a collector elsewhere, over its read API. */
import type { BillQuery, BillSource, MonthlyBill } from '../model/bill.ts';
import type { Ranking, RankingQuery, RankingSource } from '../model/ranking.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { billPath, rankingPath, writeBillQuery, writeRankingQuery } from './ranking-query.ts';

const timeoutMs = 35_000;
/** 10,000 functions are about 6 MB. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** @throws {@link Trouble} (wrong usage) when `url` is no http or https URL. */
export function collectorSource(url: string): RankingSource & BillSource {
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
  return {
    description,
    ranking: (query: RankingQuery) =>
      ask(base, description, rankingPath, writeRankingQuery(query), 'ranking', isRanking),
    bill: (query: BillQuery) => ask(base, description, billPath, writeBillQuery(query), 'bill', isBill),
    close: async () => {},
  };
}

async function ask<Found>(
  base: URL,
  description: string,
  path: string,
  query: URLSearchParams,
  what: string,
  isFound: (answer: unknown) => answer is Found,
): Promise<Found> {
  const url = new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${path}`);
  url.search = query.toString();
  const { status, body } = await get(url, description);
  const answer = parse(body);
  if (status === 200 && isFound(answer)) return answer;
  const { error, next } = (answer ?? {}) as { error?: unknown; next?: unknown };
  if (typeof error === 'string' && typeof next === 'string') {
    throw new Trouble(`The ${description} refused: ${error}`, next);
  }
  throw new Trouble(
    `The server at ${base.origin} gave no ${what} (status ${status}).`,
    'Check that the URL is that of a coldlens collector of the same version.',
  );
}

async function get(url: URL, description: string): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, body: await readText(response) };
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
