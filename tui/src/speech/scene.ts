/** A moment of the dashboard in words. */
import { topScreen } from '../app/app.ts';
import type { FrameFacts } from '../app/frame.ts';
import type { Line, Segment } from '../format/segments.ts';
import type { ScreenId } from '../keys.ts';
import { helpLines } from '../screens/help.ts';
import { troubleWithin, waitingLines } from '../screens/messages.ts';
import { sortedBy } from '../screens/ranking-lines.ts';
import { spoken, spokenPlace } from './words.ts';

export interface Scene {
  /** Changes when something else is shown than before. */
  where: string;
  title: string;
  /** '' = none. */
  summary: string;
  /** What is shown beside what can be selected. */
  body: readonly string[];
  /** The part of the page that has the focus; empty where there are no parts. */
  part: readonly string[];
  /** What is selected: its key, and its pieces by what they are of. */
  selected: { key: string; text: string; figures: ReadonlyMap<string, string> } | undefined;
  place: string;
  sorted: string;
  /** `grouped by region`; '' = as usual. */
  arrangement: string;
  filter: string;
  trouble: string;
  isFrozen: boolean;
  isHelp: boolean;
}

/** Lines of tables are as long as they want to be; parts stand below each other, and lists show what is selected. */
const rooms: Readonly<Record<ScreenId, { columns: number; rows: number }>> = {
  functions: { columns: 1000, rows: 11 },
  function: { columns: 109, rows: 200 },
  invocation: { columns: 1000, rows: 60 },
  modules: { columns: 1000, rows: 11 },
  live: { columns: 1000, rows: 11 },
  benchmarks: { columns: 1000, rows: 11 },
  health: { columns: 109, rows: 200 },
  why: { columns: 109, rows: 200 },
};
const helpColumns = 60;
/** More would take minutes to read out. */
const mostLines = 150;

/** Sentences are heard whole. */
const whole = Number.POSITIVE_INFINITY;

const words = (lines: readonly Line[]): string[] =>
  lines
    .map(spoken)
    .filter((text) => text !== '')
    .slice(0, mostLines);

export function sceneOf(facts: FrameFacts): Scene {
  const { app, feed, glyphs, nowMs, progress } = facts;
  const screen = topScreen(app);
  const room = { ...rooms[screen.id], glyphs, nowMs };
  const isWaiting = feed.answer === undefined || (progress !== '' && screen.isAwaiting(feed.answer));
  const lines = isWaiting ? [] : screen.lines(feed.answer, room);
  const title = words(screen.title(glyphs)).join(', ');
  const isHelp = app.overlay?.kind === 'help';
  const beside = isWaiting
    ? words(waitingLines(screen.awaited, { ...facts, columns: whole })).filter((text) => !isAge.test(text))
    : words(lines.filter((line) => !isRow(line) && !isHeader(line)));
  return {
    where: JSON.stringify([screen.subject, title, isWaiting, app.overlay?.kind ?? '']),
    title: title.includes(screen.id) ? title : `${screen.id} ${title}`,
    summary: isWaiting ? '' : spoken(screen.summary(feed.answer, room)),
    body: isHelp ? words(helpLines(screen.page, helpColumns, glyphs)) : beside,
    part: partOf(
      lines.filter((line) => !isRow(line)),
      glyphs.marker,
    ),
    selected: selectedIn(lines, glyphs.marker),
    place: isWaiting ? '' : spokenPlace(screen.place(feed.answer)),
    sorted: lines.flat().find(isSorted)?.said ?? '',
    arrangement: screen.arrangement,
    filter: screen.filter.text,
    trouble: feed.trouble === undefined ? '' : words(troubleWithin(feed.trouble, 0, glyphs)).join(' '),
    isFrozen: app.frozen,
    isHelp,
  };
}

const isOfRow = ({ of }: Segment): boolean => of !== undefined && of !== '';
const isRow = (line: Line): boolean => line.some(isOfRow);

const isSorted = ({ said }: Segment): boolean => said?.startsWith(sortedBy) === true;
const isHeader = (line: Line): boolean => line.some(isSorted);

/** How long one has waited already. */
const isAge = /^\d+[smhd]$/;

function selectedIn(lines: readonly Line[], marker: string): Scene['selected'] {
  const isMarked = (segment: Segment): boolean => isOfRow(segment) && (segment.said ?? segment.text).startsWith(marker);
  const line = lines.find((each) => each.some(isMarked));
  if (line === undefined) return undefined;
  const from = line.findIndex(isMarked);
  // Up to where the line is about something else.
  const length = line.slice(from + 1).findIndex(({ of }) => of !== undefined);
  const row = line.slice(from, length < 0 ? undefined : from + 1 + length);
  return { key: line[from]?.of ?? '', text: spoken(row), figures: figuresIn(row) };
}

const figuresIn = (line: Line): Map<string, string> =>
  new Map(line.flatMap(({ label, text }) => (label === undefined ? [] : [[label, text.trim()] as const])));

/** From the title that is marked to the next one. */
function partOf(lines: readonly Line[], marker: string): string[] {
  const isTitle = (line: Line): boolean => line.some(({ label }) => label === 'part');
  const from = lines.findIndex((line) => isTitle(line) && line.some(({ text }) => text.startsWith(marker)));
  if (from < 0) return [];
  const length = lines.slice(from + 1).findIndex(isTitle);
  return words(lines.slice(from, length < 0 ? undefined : from + 1 + length));
}
