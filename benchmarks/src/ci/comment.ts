/**
 * One comment in a pull request that is edited in place, through GitHub's REST API. It is found again by its first line,
 * and only among comments of the token's own account: a stranger's comment with our marker stays a stranger's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCode, Trouble } from '@coldlens/collector/trouble';

export interface CommentTarget {
  /** `https://api.github.com`, or a GitHub Enterprise's `https://HOST/api/v3`. */
  apiUrl: string;
  /** `owner/name`. */
  repository: string;
  /** Number of the pull request. */
  number: number;
  /** Never printed, and sent to {@link apiUrl} alone. */
  token: string;
}

/** `refused`: the token may not write here, as with a pull request from a fork; nothing failed. */
export type CommentOutcome = { state: 'created' | 'edited'; url: string } | { state: 'refused'; reason: string };

interface Comment {
  id: number;
  body?: string | null;
  html_url?: string;
  user?: { login?: string; type?: string } | null;
}

const timeoutMs = 15_000;
const tries = 3;
const perPage = 100;
/** 5,000 comments: a longer pull request gets a new comment. */
const mostPages = 50;

/** The token may not do this; GitHub answers 404 where it will not even say so. */
const refusals = new Set([401, 403, 404]);

class Answer {
  readonly status: number;
  readonly #body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.#body = body;
  }

  get comments(): Comment[] {
    return Array.isArray(this.#body) ? (this.#body as Comment[]) : [];
  }

  get object(): { login?: unknown; html_url?: unknown } {
    return typeof this.#body === 'object' && this.#body !== null ? this.#body : {};
  }
}

const isPassing = (status: number): boolean => status === 429 || status >= 500;

/**
 * One request, tried again where that can help and cannot do harm: a comment must not be made twice.
 * @throws {@link Trouble} when there is no answer; its text never holds the token
 */
const ask = async ({ apiUrl, token }: CommentTarget, method: string, path: string, body?: object): Promise<Answer> => {
  for (let turn = 1; ; turn += 1) {
    try {
      const response = await fetch(`${apiUrl.replace(/\/+$/, '')}${path}`, {
        method,
        headers: {
          Accept: 'application/vnd.github+json',
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'User-Agent': 'coldlens',
          'X-GitHub-Api-Version': '2022-11-28',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect could lead the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (isPassing(response.status) && turn < tries && method !== 'POST') throw new Error(`status ${response.status}`);
      return new Answer(response.status, parsed(text));
    } catch (error) {
      if (turn < tries && method !== 'POST') {
        await sleep(turn * 1_000);
        continue;
      }
      const { cause, name, message } = error as Error & { cause?: NodeJS.ErrnoException };
      throw new Trouble(
        `GitHub's API at ${new URL(apiUrl).host} does not answer (${cause?.code ?? cause?.message ?? (name === 'Error' ? message : name)}).`,
        'Run the job again; the report is in the step summary.',
        exitCode.failed,
        { cause: error },
      );
    }
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The token's own account. The token of a workflow may not ask; then only comments of bots are looked at. */
const isOwnComment = async (target: CommentTarget): Promise<(comment: Comment) => boolean> => {
  const { status, object } = await ask(target, 'GET', '/user');
  const { login } = object;
  return status === 200 && typeof login === 'string'
    ? ({ user }) => user?.login === login
    : ({ user }) => user?.type === 'Bot';
};

const failure = (status: number, what: string): Trouble =>
  new Trouble(
    `GitHub answered ${status} when the comment was to be ${what}.`,
    'Look the status up in GitHub\'s documentation of "issue comments"; the report is in the step summary.',
  );

const refusal = (status: number): CommentOutcome => ({
  state: 'refused',
  reason: `GitHub answered ${status}: the token may not write comments here. In a pull request from a fork that is so by design; elsewhere the job needs permissions: pull-requests: write.`,
});

/**
 * Edits our comment, or makes it where there is none.
 * @param body its first line is the marker by which it is found the next time
 * @throws {@link Trouble} when GitHub does not answer, or answers with something else than success or refusal
 */
export const upsertComment = async (target: CommentTarget, body: string): Promise<CommentOutcome> => {
  const marker = body.split('\n', 1)[0] ?? '';
  const issue = `/repos/${target.repository}/issues/${target.number}/comments`;
  const isOurs = await isOwnComment(target);
  let ours: Comment | undefined;
  for (let page = 1; page <= mostPages && ours === undefined; page += 1) {
    const { status, comments } = await ask(target, 'GET', `${issue}?per_page=${perPage}&page=${page}`);
    if (refusals.has(status)) return refusal(status);
    if (status !== 200) throw failure(status, 'found');
    ours = comments.find((comment) => comment.body?.startsWith(marker) && isOurs(comment));
    if (comments.length < perPage) break;
  }
  const { status, object } =
    ours === undefined
      ? await ask(target, 'POST', issue, { body })
      : await ask(target, 'PATCH', `/repos/${target.repository}/issues/comments/${Number(ours.id)}`, { body });
  if (refusals.has(status)) return refusal(status);
  if (status !== 200 && status !== 201) throw failure(status, ours === undefined ? 'made' : 'edited');
  return {
    state: ours === undefined ? 'created' : 'edited',
    url: typeof object.html_url === 'string' ? object.html_url : '',
  };
};
