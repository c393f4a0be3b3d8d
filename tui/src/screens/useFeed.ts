/** Connects a ranking source, once it is open, to the screen. */
import type { RankingQuery, RankingSource } from '@coldlens/collector';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Clock } from '../state/clock.ts';
import { createFeed, type Feed, type FeedState } from '../state/feed.ts';

const nothingYet: FeedState = { ranking: undefined, sort: undefined, receivedAtMs: undefined, trouble: undefined };
const unsubscribed = (): (() => void) => () => {};

export interface FeedWishes {
  query: RankingQuery;
  paused: boolean;
  /** Asks again each time this number changes. */
  refreshes: number;
}

/** @param onFailure called when the source could not be opened at all. */
export function useFeed(
  source: RankingSource | Promise<RankingSource>,
  { query, paused, refreshes }: FeedWishes,
  clock: Clock,
  onFailure: (error: unknown) => void,
): { state: FeedState; description: string } {
  const [open, setOpen] = useState<{ feed: Feed; description: string }>();
  const latest = useRef({ query, onFailure });
  latest.current = { query, onFailure };

  useEffect(() => {
    let gone = false;
    let feed: Feed | undefined;
    Promise.resolve(source).then(
      (opened) => {
        if (gone) return;
        feed = createFeed(opened, latest.current.query, clock);
        setOpen({ feed, description: opened.description });
      },
      (error: unknown) => {
        if (!gone) latest.current.onFailure(error);
      },
    );
    return () => {
      gone = true;
      feed?.close();
    };
  }, [source, clock]);

  const feed = open?.feed;
  useEffect(() => feed?.ask(query), [feed, query]);
  useEffect(() => feed?.pause(paused), [feed, paused]);
  useEffect(() => {
    if (refreshes > 0) feed?.refresh();
  }, [feed, refreshes]);

  const state = useSyncExternalStore(feed?.state.subscribe ?? unsubscribed, () => feed?.state.get() ?? nothingYet);
  return { state, description: open?.description ?? '' };
}

/** The time, once a second, so that ages grow while nothing else happens. */
export function useNow(clock: Clock): number {
  const [nowMs, setNowMs] = useState(clock.now());
  useEffect(() => clock.every(1000, () => setNowMs(clock.now())), [clock]);
  return nowMs;
}
