/** The dashboard: the ranking screen with its help, wired to a source, a clock and the keyboard. */
import type { RankingQuery, RankingSource } from '@coldlens/collector';
import { Box, useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useMemo, useReducer, useState, useSyncExternalStore } from 'react';
import type { Glyphs } from '../format/glyphs.ts';
import { truncateLine } from '../format/segments.ts';
import { keyNames } from '../keys.ts';
import type { Clock } from '../state/clock.ts';
import { nameFilter } from '../state/filter.ts';
import type { Live } from '../state/live.ts';
import { sortedBy } from '../state/sorts.ts';
import { changeView, firstView, functionKey } from '../state/view.ts';
import { layoutScreen } from './layout.ts';
import { ScreenLine } from './ScreenLine.tsx';
import { screenLines } from './screen-lines.ts';
import { useFeed, useNow } from './useFeed.ts';

export interface DashboardProps {
  /** May still be opening; the progress is shown until then. Opened and closed by the caller. */
  source: RankingSource | Promise<RankingSource>;
  /** What is asked of the source, unlike the filter typed after `/`; its sort is the first one. */
  query: RankingQuery;
  /** Lines under the title that say what is not as usual. */
  notices: Live<readonly string[]>;
  /** What is going on: in the table's place before the first ranking, above the footer after. Empty = nothing. */
  progress: Live<string>;
  /** Where functions send their spans; shown when there are none yet. */
  endpoint: string;
  clock: Clock;
  glyphs: Glyphs;
}

export function Dashboard(props: DashboardProps) {
  const { source, clock, glyphs } = props;
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const nowMs = useNow(clock);
  const [startedAtMs] = useState(nowMs);
  const [view, press] = useReducer(changeView, firstView(props.query.sort));
  const notices = useSyncExternalStore(props.notices.subscribe, props.notices.get);
  const progress = useSyncExternalStore(props.progress.subscribe, props.progress.get);

  const query = useMemo<RankingQuery>(() => ({ ...props.query, sort: view.sort }), [props.query, view.sort]);
  const wishes = { query, paused: view.frozen, refreshes: view.refreshes };
  const { state, description } = useFeed(source, wishes, clock, (error) =>
    exit(error instanceof Error ? error : new Error(String(error))),
  );

  const matching = useMemo(() => nameFilter(view.filter), [view.filter]);
  const shown = useMemo(() => {
    const functions = (state.ranking?.functions ?? []).filter((ranked) => matching.matches(ranked));
    return state.sort === view.sort ? functions : sortedBy(functions, view.sort);
  }, [state.ranking, state.sort, view.sort, matching]);
  const keys = useMemo(() => shown.map(functionKey), [shown]);

  const layout = layoutScreen(columns, rows, { notices: notices.length, progress: progress !== '' });
  useInput((input, key) => {
    for (const name of keyNames(input, key)) press({ key: name, rows: keys, pageRows: layout.tableRows });
  });
  useEffect(() => {
    if (view.quit) exit();
  }, [view.quit, exit]);

  const lines = screenLines({
    columns,
    rows,
    layout,
    view,
    isRegex: matching.isRegex,
    feed: state,
    shown,
    keys,
    title: { description, query, feed: state, frozen: view.frozen, nowMs },
    notices,
    progress,
    endpoint: props.endpoint,
    waitedMs: nowMs - startedAtMs,
    glyphs,
  });
  return (
    <Box flexDirection="column" height={rows} width={columns} overflow="hidden">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a screen line is its place
        <ScreenLine key={index} line={truncateLine(line, columns, glyphs.ellipsis)} />
      ))}
    </Box>
  );
}
