/**
 * Asks a question again and again: one request at a time, each bounded. A failure keeps the last answer and is retried at
 * the next turn. What an answer costs this process, it rests for afterwards: a dashboard that is left open all day must not be
 * what the machine is busy with, however much there is to show.
 */
import { Trouble } from '@coldlens/collector';
import type { Clock } from './clock.ts';
import { type Live, live } from './live.ts';

export interface FeedState<Answer> {
  answer: Answer | undefined;
  /** When `answer` came, by the feed's clock. */
  receivedAtMs: number | undefined;
  /** Why the last request failed; undefined after a success. */
  trouble: { message: string; next: string } | undefined;
  /** Requests that have failed since the last success. */
  failures: number;
}

export interface Question<Answer> {
  /** Two questions are the same when their keys are. */
  key: string;
  /** Pause between two requests, in milliseconds. */
  everyMs: number;
  /** @param before the last answer of this feed, for what is told piece by piece */
  ask(before: Answer | undefined): Promise<Answer>;
}

export interface Feed<Answer> {
  readonly state: Live<FeedState<Answer>>;
  /** Changes the question; asks at once when it differs from the last one and the feed is not paused. */
  ask(question: Question<Answer>): void;
  /** Asks now, or right after the request that is under way. */
  refresh(): void;
  /** While paused only {@link Feed.refresh} asks. */
  pause(paused: boolean): void;
  close(): void;
}

/** The shortest pause, of what changes all the time. */
export const pollMs = 1000;
/** So many times what the last answer took of the processor goes by before the next question: one part in twenty. */
const restPerBusyMs = 19;
/** Nobody waits longer for news, whatever else the process does meanwhile. */
const longestRestMs = 10_000;
/** A request without an answer for this long is given up, and the next one is sent. */
export const answerTimeoutMs = 10_000;

export const nothingYet: FeedState<never> = {
  answer: undefined,
  receivedAtMs: undefined,
  trouble: undefined,
  failures: 0,
};

/** Starts to ask at once. */
export function createFeed<Answer>(first: Question<Answer>, clock: Clock): Feed<Answer> {
  const state = live<FeedState<Answer>>(nothingYet);
  let question = first;
  let paused = false;
  let closed = false;
  let again = false;
  /** Identifies the request whose answer counts; answers of given-up requests are ignored. */
  let current = 0;
  let inFlight = false;
  let stopTimeout = (): void => {};
  let stopPolling = (): void => {};
  let stopWeighing = (): void => {};
  let restsUntilMs = 0;

  const poll = (): void => {
    stopPolling();
    stopPolling = clock.every(question.everyMs, () => {
      if (!paused && !inFlight && clock.now() >= restsUntilMs) send();
    });
  };

  /** @param beforeMs processor time at the question */
  const rest = (beforeMs: number): void => {
    stopWeighing();
    // After whatever draws the answer.
    stopWeighing = clock.after(0, () => {
      restsUntilMs = clock.now() + Math.min(longestRestMs, (clock.busyMs() - beforeMs) * restPerBusyMs);
    });
  };

  const send = (): void => {
    if (closed) return;
    if (inFlight) {
      again = true;
      return;
    }
    inFlight = true;
    current += 1;
    const mine = current;
    const asked = question;
    const beforeMs = clock.busyMs();
    const settle = (change: Partial<FeedState<Answer>>): void => {
      if (closed || mine !== current || !inFlight) return;
      inFlight = false;
      stopTimeout();
      state.set({ ...state.get(), ...change });
      rest(beforeMs);
      if (again) {
        again = false;
        send();
      }
    };
    const fail = (trouble: FeedState<Answer>['trouble']): void =>
      settle({ trouble, failures: state.get().failures + 1 });
    stopTimeout = clock.after(answerTimeoutMs, () =>
      fail({
        message: `The source gave no answer within ${answerTimeoutMs / 1000} s.`,
        next: 'Check that it runs; coldlens goes on asking.',
      }),
    );
    // Inside a promise, so that a source that throws at once is a failed answer too.
    Promise.resolve()
      .then(() => asked.ask(state.get().answer))
      .then(
        (answer) => settle({ answer, receivedAtMs: clock.now(), trouble: undefined, failures: 0 }),
        (error: unknown) => fail(described(error)),
      );
  };

  poll();
  send();

  return {
    state,
    ask(next) {
      const changed = next.key !== question.key;
      const hasOtherPause = next.everyMs !== question.everyMs;
      question = next;
      if (hasOtherPause) poll();
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
      stopWeighing();
    },
  };
}

const described = (error: unknown): { message: string; next: string } =>
  error instanceof Trouble
    ? { message: error.message, next: error.next }
    : { message: error instanceof Error ? error.message : String(error), next: 'Report this as a defect of coldlens.' };
