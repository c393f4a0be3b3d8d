/** Puts the whole screen together, line by line. Pure: the same facts give the same lines. */
import { cleanerFor, type Glyphs } from '../format/glyphs.ts';
import { joinedWithin, type Line, lineCells, spread } from '../format/segments.ts';
import { type FooterKey, footerKeys, type PageMode } from '../keys.ts';
import { helpLines } from '../screens/help.ts';
import { troubleWithin, waitingLines } from '../screens/messages.ts';
import type { FeedState } from '../state/feed.ts';
import { type App, modeOf, topScreen } from './app.ts';
import { fixedRows, layoutFrame } from './layout.ts';
import { type Entry, paletteLines } from './palette.ts';
import type { Room } from './screen.ts';
import { titleLine } from './title.ts';

export interface FrameFacts {
  columns: number;
  rows: number;
  app: App;
  /** Of the screen on top. */
  feed: FeedState<unknown>;
  /** Where the data comes from; '' while it is being opened. */
  description: string;
  notices: readonly string[];
  progress: string;
  /** What was just done, such as a copy; '' = nothing. */
  remark: string;
  /** What the palette offers now. */
  entries: readonly Entry[];
  /** What is said where it offers nothing. */
  nothingOffered: readonly string[];
  nowMs: number;
  waitedMs: number;
  glyphs: Glyphs;
}

type Sized = Pick<FrameFacts, 'columns' | 'rows' | 'notices' | 'progress' | 'feed' | 'glyphs' | 'nowMs'>;

const layoutOf = ({ columns, rows, notices, progress, feed: { trouble }, glyphs }: Sized) =>
  layoutFrame(rows, {
    notices: notices.length,
    progress: progress !== '',
    trouble: trouble === undefined ? 0 : troubleWithin(trouble, columns, glyphs).length,
  });

/** The place of the screen inside the frame. */
export function bodyRoom(facts: Sized): Room {
  const { columns, glyphs, nowMs } = facts;
  const { body } = layoutOf(facts);
  return { columns, rows: body, glyphs, nowMs };
}

const hasNothing = ({ app, feed, progress }: FrameFacts): boolean =>
  feed.answer === undefined || (progress !== '' && topScreen(app).isAwaiting(feed.answer));

/** While waiting the progress stands in the screen's place. */
const hasProgressLine = (facts: FrameFacts): boolean => layoutOf(facts).progress && !hasNothing(facts);

/** Between title and notices above, and progress and footer below. */
const rowsBetween = (facts: FrameFacts): number =>
  Math.max(0, facts.rows - fixedRows - layoutOf(facts).notices - (hasProgressLine(facts) ? 1 : 0));

/** Lines of the help before its last page. */
export const helpEnd = (facts: FrameFacts): number =>
  Math.max(0, helpLines(topScreen(facts.app).page, facts.columns, facts.glyphs).length - rowsBetween(facts));

/** Exactly `rows` lines. */
export function frameLines(facts: FrameFacts): Line[] {
  const { columns, rows, app, notices, progress, glyphs } = facts;
  const layout = layoutOf(facts);
  const cleaned = cleanerFor(glyphs);
  const screen = topScreen(app);
  const { overlay } = app;
  const head = [
    titleLine({ ...facts, screens: app.screens, frozen: app.frozen }, columns, glyphs),
    ...notices
      .slice(0, layout.notices)
      .map((notice): Line => [{ text: `${glyphs.alert} ${cleaned(notice)}`, color: 'yellow' }]),
  ];
  const foot = [
    ...(hasProgressLine(facts) ? [[{ text: `  ${cleaned(progress)}`, dim: true } as const]] : []),
    footerLine(facts),
  ];
  const room = rowsBetween(facts);
  const body =
    overlay?.kind === 'help'
      ? helpBody(screen.page, overlay.top, room, columns, glyphs)
      : overlay?.kind === 'palette'
        ? paletteLines(overlay, facts, { columns, rows: room, glyphs })
        : hasNothing(facts)
          ? waitingLines(screen.awaited, facts)
          : screenBody(facts, layout);
  // Where not all fits, blank lines are the first to go.
  const dense = body.length > room ? body.filter((line) => lineCells(line) > 0) : body;
  const filled = [...dense.slice(0, room), ...Array.from({ length: Math.max(0, room - dense.length) }, (): Line => [])];
  return [...head, ...filled, ...foot].slice(0, rows);
}

function helpBody(page: PageMode, top: number, room: number, columns: number, glyphs: Glyphs): Line[] {
  const lines = helpLines(page, columns, glyphs);
  if (lines.length < room) return [[], ...lines];
  const from = Math.min(top, Math.max(0, lines.length - room));
  return lines.slice(from, from + room);
}

/** A failure takes the summary's place, because old sums matter less than why they are old. */
function screenBody(facts: FrameFacts, layout: ReturnType<typeof layoutFrame>): Line[] {
  const { app, feed, columns, glyphs } = facts;
  const screen = topScreen(app);
  const room = bodyRoom(facts);
  const [trouble, next] = feed.trouble === undefined ? [] : troubleWithin(feed.trouble, columns, glyphs);
  return [
    ...(layout.summary ? [trouble ?? screen.summary(feed.answer, room)] : []),
    ...(layout.next || layout.airy ? [next ?? []] : []),
    ...screen.lines(feed.answer, room),
  ];
}

/** Keys at the left, where in the list at the right; while filtering the typed text first. */
function footerLine({ app, feed, columns, remark, glyphs }: FrameFacts): Line {
  const screen = topScreen(app);
  const mode = modeOf(app);
  const { text, remark: ofFilter } = screen.filter;
  const filter: Line[] =
    app.overlay !== undefined || (text === '' && mode !== 'filter')
      ? []
      : [
          [
            { text: `/${cleanerFor(glyphs)(text)}${mode === 'filter' ? glyphs.cursor : ''}`, bold: true },
            { text: ofFilter === '' ? '' : ` (${ofFilter})`, dim: true },
          ],
        ];
  const place = app.overlay !== undefined || feed.answer === undefined ? '' : screen.place(feed.answer);
  const right = remark === '' ? place : remark;
  const width = columns - right.length - 1;
  const hints = keysWithin(
    footerKeys(mode, glyphs),
    width - filter.reduce((sum, part) => sum + lineCells(part) + 2, 0),
  );
  const left = joinedWithin([...filter, ...hints], '  ', width);
  return spread(left, [remark === '' ? { text: right, dim: true } : { text: right }], columns, glyphs.ellipsis);
}

/** As many as fit, the ways out first. */
function keysWithin(keys: readonly FooterKey[], width: number): Line[] {
  const lineOf = ({ label, word }: FooterKey): Line => [
    { text: label, color: 'cyan' },
    { text: ` ${word}`, dim: true },
  ];
  const kept = [...keys];
  const cells = (): number => kept.reduce((sum, key) => sum + lineCells(lineOf(key)) + 2, -2);
  while (kept.length > 0 && cells() > width) {
    const last = kept.findLastIndex(({ isWayOut }) => !isWayOut);
    kept.splice(last < 0 ? kept.length - 1 : last, 1);
  }
  return kept.map(lineOf);
}
