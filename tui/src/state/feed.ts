/**
 * Asks a source for the ranking again and again: one request at a time, each bounded. A failure keeps the last ranking and
 * is retried at the next turn.
 */
import { type Ranking, type RankingQuery, type RankingSource, Trouble } from '@coldlens/collector';
import type { Clock } from './clock.ts';
import { type Live, live } from './live.ts';

export interface FeedState {
  ranking: Ranking | undefined;
  /** The sort that `ranking` came with. */
  sort: RankingQuery['sort'] | undefined;
  /** When `ranking` came, by the feed's clock. */
  receivedAtMs: number | undefined;
  /** Why the last request failed; undefined after a success. */
  trouble: { message: string; next: string } | undefined;
}

export interface Feed {
  readonly state: Live<FeedState>;
  /** Changes the question; asks at once when it differs from the last one and the feed is not paused. */
  ask(query: RankingQuery): void;
  /** Asks now, or right after the request that is under way. */
  refresh(): void;
  /** While paused only {@link Feed.refresh} asks. */
  pause(paused: boolean): void;
  close(): void;
}

export const pollMs = 1000;
/** A request without an answer for this long is given up, and the next one is sent. */
export const answerTimeoutMs = 10_000;

/** Starts to ask at once. The source stays open when the feed is closed: its owner closes it. */
export function createFeed(source: RankingSource, first: RankingQuery, clock: Clock): Feed {
  const state = live<FeedState>({ ranking: undefined, sort: undefined, receivedAtMs: undefined, trouble: undefined });
  let query = first;
  let paused = false;
  let closed = false;
  let again = false;
  /** Identifies the request whose answer counts; answers of given-up requests are ignored. */
  let current = 0;
  let inFlight = false;
  let stopTimeout = (): void => {};

  const send = (): void => {
    if (closed) return;
    if (inFlight) {
      again = true;
      return;
    }
    inFlight = true;
    current += 1;
    const mine = current;
    const asked = query;
    const settle = (change: Partial<FeedState>): void => {
      if (closed || mine !== current || !inFlight) return;
      inFlight = false;
      stopTimeout();
      state.set({ ...state.get(), ...change });
      if (again) {
        again = false;
        send();
      }
    };
    stopTimeout = clock.after(answerTimeoutMs, () =>
      settle({
        trouble: {
          message: `The source gave no answer within ${answerTimeoutMs / 1000} s.`,
          next: 'Check that it runs; coldlens goes on asking.',
        },
      }),
    );
    // Inside a promise, so that a source that throws at once is a failed answer too.
    Promise.resolve()
      .then(() => source.ranking(asked))
      .then(
        (ranking) => settle({ ranking, sort: asked.sort, receivedAtMs: clock.now(), trouble: undefined }),
        (error: unknown) => settle({ trouble: described(error) }),
      );
  };

  const stopPolling = clock.every(pollMs, () => {
    if (!paused && !inFlight) send();
  });
  send();

  return {
    state,
    ask(next) {
      const changed = JSON.stringify(next) !== JSON.stringify(query);
      query = next;
      if (changed && !paused) send();
    },
    refresh: send,
    pause(value) {
      const resumed = paused && !value;
      paused = value;
      if (resumed) send();
    },
    close() {
      closed = true;
      stopPolling();
      stopTimeout();
    },
  };
}

const described = (error: unknown): { message: string; next: string } =>
  error instanceof Trouble
    ? { message: error.message, next: error.next }
    : { message: error instanceof Error ? error.message : String(error), next: 'Report this as a defect of coldlens.' };
