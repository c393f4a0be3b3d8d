/** Puts the whole screen together, line by line. Pure: the same facts give the same lines. */
import type { RankedFunction } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import type { Glyphs } from '../format/glyphs.ts';
import { joinedWithin, type Line, lineCells, spread } from '../format/segments.ts';
import { footerKeys } from '../keys.ts';
import type { FeedState } from '../state/feed.ts';
import { selectedIndex, type View } from '../state/view.ts';
import { barScaleMs, headerLine, longestName, planColumns, rowLine } from './columns.ts';
import { detailLines } from './detail.ts';
import { helpLines } from './help.ts';
import type { Layout } from './layout.ts';
import { emptyLines, noMatchLines, troubleLines, waitingLines } from './messages.ts';
import { type TitleFacts, titleLine, totalsLine } from './title.ts';

export interface ScreenFacts {
  columns: number;
  rows: number;
  layout: Layout;
  view: View;
  /** False while the typed filter is no regular expression. */
  isRegex: boolean;
  feed: FeedState;
  /** The functions that the filter lets through, in order, and their keys. */
  shown: readonly RankedFunction[];
  keys: readonly string[];
  title: TitleFacts;
  notices: readonly string[];
  progress: string;
  endpoint: string;
  waitedMs: number;
  glyphs: Glyphs;
}

/** Exactly `rows` lines. */
export function screenLines(facts: ScreenFacts): Line[] {
  const { columns, rows, view, glyphs, layout, progress } = facts;
  const waiting = facts.feed.ranking === undefined || (facts.feed.ranking.functions.length === 0 && progress !== '');
  const head = [titleLine(facts.title, columns, glyphs), ...noticeLines(facts)];
  const foot = [
    // While waiting the progress stands in the table's place.
    ...(layout.progress && !waiting ? [[{ text: `  ${clean(progress)}`, dim: true } as const]] : []),
    footerLine(facts),
  ];
  const room = Math.max(0, rows - head.length - foot.length);
  const body = view.mode === 'help' ? helpBody(facts, room) : waiting ? waitingBody(facts) : rankingBody(facts);
  // Where not all fits, blank lines are the first to go.
  const dense = body.length > room ? body.filter((line) => lineCells(line) > 0) : body;
  const filled = [...dense.slice(0, room), ...Array.from({ length: Math.max(0, room - dense.length) }, (): Line => [])];
  return [...head, ...filled, ...foot].slice(0, rows);
}

const noticeLines = ({ notices, layout, glyphs }: ScreenFacts): Line[] =>
  notices
    .slice(0, layout.notices)
    .map((notice): Line => [{ text: `${glyphs.alert} ${clean(notice)}`, color: 'yellow' }]);

const waitingBody = ({ progress, feed, waitedMs, glyphs }: ScreenFacts): Line[] =>
  waitingLines(progress, feed.trouble, waitedMs, glyphs);

function helpBody({ columns, glyphs }: ScreenFacts, room: number): Line[] {
  const lines = helpLines(columns, glyphs);
  return lines.length < room ? [[], ...lines] : lines;
}

function rankingBody(facts: ScreenFacts): Line[] {
  const { layout, feed, shown, view, title, endpoint, glyphs } = facts;
  const { ranking } = feed;
  if (ranking === undefined) return [];
  // A failure takes the sums' place, because old sums matter less than why they are old.
  const trouble = feed.trouble === undefined ? undefined : troubleLines(feed.trouble, glyphs);
  if (ranking.functions.length === 0) return [...(trouble ?? []), ...emptyLines(title.query, endpoint)];
  const sums = trouble?.slice(0, 1) ?? [totalsLine(ranking, shown, title.query.limit, facts.columns, glyphs)];
  const head = [...(layout.totals ? sums : []), ...(layout.airy ? [[]] : [])];
  if (shown.length === 0) return [...head, ...noMatchLines(view.filter)];
  return [...head, ...tableAndDetail(facts)];
}

/** The table keeps the selected function in the middle of what fits, except at the ends. */
function tableAndDetail({ columns, layout, shown, keys, view, title, glyphs }: ScreenFacts): Line[] {
  const plan = planColumns(columns, longestName(shown), glyphs, title.query.compare);
  const selected = selectedIndex(view, keys);
  const lastTop = Math.max(0, shown.length - layout.tableRows);
  const top = Math.min(lastTop, Math.max(0, selected - Math.floor(layout.tableRows / 2)));
  const context = { glyphs, scaleMs: barScaleMs(shown) };
  const table = shown
    .slice(top, top + layout.tableRows)
    .map((ranked, index) => rowLine(plan, ranked, top + index === selected, context));
  const blanks: Line[] = table.length < layout.tableRows ? [[]] : [];
  const chosen = shown[selected];
  const detail = chosen === undefined ? [] : detailLines(chosen, layout.detail, columns, glyphs);
  return [headerLine(plan, view.sort), ...table, ...blanks, ...detail];
}

/** Keys at the left, where in the list at the right; while filtering the typed text first. */
function footerLine({ view, isRegex, shown, keys, columns, glyphs }: ScreenFacts): Line {
  const hints = footerKeys(view.mode, glyphs).map(
    ({ label, word }): Line => [
      { text: label, color: 'cyan' },
      { text: ` ${word}`, dim: true },
    ],
  );
  const typing = view.mode === 'filter';
  const filter: Line[] =
    view.filter === '' && !typing
      ? []
      : [
          [
            { text: `/${clean(view.filter)}${typing ? glyphs.cursor : ''}`, bold: true },
            { text: isRegex ? '' : ' (as plain text)', dim: true },
          ],
        ];
  const place = shown.length === 0 || view.mode === 'help' ? '' : `${selectedIndex(view, keys) + 1}/${shown.length}`;
  const left = joinedWithin([...filter, ...hints], '  ', columns - place.length - 1);
  return spread(left, [{ text: place, dim: true }], columns, glyphs.ellipsis);
}
