/** Rankings of a collector elsewhere, over its read API. */
import type { Ranking, RankingQuery, RankingSource } from '../model/ranking.ts';
import { exitCode, Trouble } from '../trouble.ts';
import { rankingPath, writeRankingQuery } from './ranking-query.ts';

const timeoutMs = 35_000;
/** 10,000 functions are about 6 MB. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** @throws {@link Trouble} (wrong usage) when `url` is no http or https URL. */
export function collectorSource(url: string): RankingSource {
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
  let last: Received | undefined;
  return {
    description,
    ranking: async (query) => {
      last = await askRanking(base, description, query, last);
      return last.ranking;
    },
    close: async () => {},
  };
}

/** An answer, and the tag by which the collector says that it still holds. */
interface Received {
  url: string;
  etag: string | null;
  ranking: Ranking;
}

/** A ranking in which nothing has changed since the last time is not sent again: the dashboard asks once a second. */
async function askRanking(
  base: URL,
  description: string,
  query: RankingQuery,
  last: Received | undefined,
): Promise<Received> {
  const url = new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${rankingPath}`);
  url.search = writeRankingQuery(query).toString();
  const known = last?.url === url.href ? last : undefined;
  const { status, etag, body } = await get(url, known?.etag ?? null, description);
  if (status === 304 && known !== undefined) return known;
  const answer = parse(body);
  if (status === 200 && isRanking(answer)) {
    // Without the cursor: who asks here wants the first so many.
    const { since, until, prices, functions } = answer;
    return { url: url.href, etag, ranking: { since, until, prices, functions } };
  }
  const { error, next } = (answer ?? {}) as { error?: unknown; next?: unknown };
  if (typeof error === 'string' && typeof next === 'string') {
    throw new Trouble(`The ${description} refused: ${error}`, next);
  }
  throw new Trouble(
    `The server at ${base.origin} gave no ranking (status ${status}).`,
    'Check that the URL is that of a coldlens collector of the same version.',
  );
}

async function get(
  url: URL,
  knownEtag: string | null,
  description: string,
): Promise<{ status: number; etag: string | null; body: string }> {
  try {
    const headers: Record<string, string> = knownEtag === null ? {} : { 'If-None-Match': knownEtag };
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

function isRanking(value: unknown): value is Ranking {
  if (typeof value !== 'object' || value === null) return false;
  const { since, until, prices, functions } = value as Record<string, unknown>;
  return [since, until, prices].every((text) => typeof text === 'string') && Array.isArray(functions);
}
