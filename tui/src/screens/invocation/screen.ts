/** One invocation: its spans over time, those of the user's own instrumentation among them. */
import type { InvocationPage, InvocationQuery } from '@coldlens/collector';
import { nextPlace, type Pane, type Place, paneLines } from '../../app/panes.ts';
import { type Facts, type Outcome, opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { asking } from '../../app/source.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatCount, formatMsUnit } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import { wrapped } from '../../format/wrapped.ts';
import { safeJson } from '../../print/json.ts';
import { firstList, type ListState, selectedIndex, topOf } from '../../state/list.ts';
import { modulesScreen } from '../modules/screen.ts';
import { factLines } from './facts.ts';
import { type ShownSpan, spanTree } from './tree.ts';
import { waterfallHeader, waterfallRow, waterfallScale } from './waterfall.ts';

export interface InvocationState {
  of: InvocationQuery;
  /** How far back its function is looked at from here. */
  sinceMs: number;
  /** On a low terminal, which has the facts and the spans one after the other. */
  focus: Place;
  list: ListState;
}

export type InvocationFacts = Facts<InvocationState, InvocationPage | null>;

/** Late parts still come in, but seldom. */
const everyMs = 10_000;

const kind: ScreenKind<InvocationState, InvocationPage | null> = {
  id: 'invocation',
  awaited: 'the invocation',
  subject: ({ of }) => JSON.stringify(of),
  title: ({ of }, glyphs) => {
    const cleaned = cleanerFor(glyphs);
    return [
      [{ text: `${cleaned(of.name)} ${glyphs.into} ` }, { text: cleaned(of.invocationId), bold: true }],
      [{ text: `${new Date(of.atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC` }],
    ];
  },
  question: ({ of }) => ({
    key: JSON.stringify(of),
    everyMs,
    ask: (source) => asking(source, 'invocationPage', 'single invocations')(of),
  }),
  keys: (_state, page) => (page === null ? [] : keysIn(page)),
  afterMove: (state) => ({ ...state, focus: firstPlace }),
  pageRows: (facts) => waterfallRows(facts),
  summary: summaryLine,
  lines: (facts) => (facts.answer === null ? nothingLines(facts) : pageLines(facts, facts.answer)),
  about: ({ state: { of, sinceMs } }) => ({ of, sinceMs }),
  opens: { modules: ({ of, sinceMs }) => modulesScreen(of, sinceMs) },
  actions: {
    nextPane: (facts) => stepped(facts, 1),
    previousPane: (facts) => stepped(facts, -1),
    // Without spans there is nothing to select but the invocation itself.
    copy: ({ state, answer }) =>
      answer === null
        ? {}
        : { copy: safeJson(treeIn(answer)[selectedIndex(state.list, keysIn(answer))]?.span ?? answer) },
  },
};

const dayMs = 86_400_000;
const firstPlace: Place = { id: 'spans', piece: 0 };

export const invocationScreen = (of: InvocationQuery, sinceMs = dayMs): Screen =>
  opened(kind, { of, sinceMs, focus: firstPlace, list: firstList });

/** Made once for each answer. */
const trees = new WeakMap<InvocationPage, readonly ShownSpan[]>();

function treeIn(page: InvocationPage): readonly ShownSpan[] {
  const tree = trees.get(page) ?? spanTree(page.spans);
  trees.set(page, tree);
  return tree;
}

const keysIn = (page: InvocationPage): readonly string[] => treeIn(page).map(({ span }) => span.spanId);

function summaryLine({ answer: page, columns, glyphs }: InvocationFacts): Line {
  if (page === null) return [];
  const cleaned = cleanerFor(glyphs);
  const start = page.startKind === null ? 'kind of start not told' : cleaned(page.startKind);
  const parts = [
    page.startCertainty === 'inferred' ? `${start} (inferred)` : start,
    formatMsUnit(page.latencyMs),
    ...(page.isError ? ['failed'] : []),
    ...(page.version === '' ? [] : [`version ${cleaned(page.version)}`]),
    ...(page.memoryMb === null ? [] : [`${formatCount(page.memoryMb)} MB`]),
    ...[page.provider, page.region].filter((text) => text !== '').map(cleaned),
  ];
  return joinedWithin(
    parts.map(
      (text): Line => [{ text, ...(text === 'failed' ? { color: 'red' as const, bold: true } : { dim: true }) }],
    ),
    ` ${glyphs.dot} `,
    columns,
  );
}

/** Lower terminals have the facts behind the spans. */
const factsFrom = 14;
/** The facts go before the spans lose their last lines. */
const leastWaterfall = 6;

const isLow = ({ rows }: InvocationFacts): boolean => rows < factsFrom;

const factRows = ({ answer, columns, rows, glyphs }: InvocationFacts): Line[] =>
  answer === null ? [] : factLines(answer, columns, glyphs).slice(0, rows - leastWaterfall);

/** Without its header, the facts and the line of the selected span, or the title of the part. */
const waterfallRows = (facts: InvocationFacts): number =>
  Math.max(1, facts.rows - (isLow(facts) ? 2 : factRows(facts).length + 3));

function pageLines(facts: InvocationFacts, page: InvocationPage): Line[] {
  const { columns, glyphs, state } = facts;
  if (isLow(facts)) return paneLines(invocationPanes(facts, page), state.focus, facts);
  if (page.spans.length === 0) return [...factLines(page, columns, glyphs), [], ...noSpanLines(columns)];
  const chosen = treeIn(page)[selectedIndex(state.list, keysIn(page))];
  return [
    ...factRows(facts),
    ...waterfallLines(facts, page, columns, waterfallRows(facts)),
    [],
    ...(chosen === undefined ? [] : [selectedLine(chosen, columns, glyphs)]),
  ];
}

function invocationPanes(facts: InvocationFacts, page: InvocationPage): Pane[] {
  const known = [
    summaryLine(facts),
    ...factLines(page, facts.columns, facts.glyphs),
    ...(page.spans.length === 0 ? noSpanLines(facts.columns) : []),
  ].filter((line) => line.length > 0);
  return [
    ...(page.spans.length === 0
      ? []
      : [
          {
            ...{ id: firstPlace.id, title: 'Spans', least: 3, wants: page.spans.length + 1 },
            lines: (columns: number, rows: number) => waterfallLines(facts, page, columns, rows - 1),
          },
        ]),
    { id: 'facts', title: 'What is known of it', least: known.length, wants: known.length, lines: () => known },
  ];
}

/** Its header, and exactly `rows` lines around the selected span. */
function waterfallLines(
  { state, glyphs }: InvocationFacts,
  page: InvocationPage,
  columns: number,
  rows: number,
): Line[] {
  const tree = treeIn(page);
  const scale = waterfallScale(tree, columns);
  const selected = selectedIndex(state.list, keysIn(page));
  const top = topOf(selected, tree.length, rows);
  const drawn = tree
    .slice(top, top + rows)
    .map((shown, index) => waterfallRow(shown, top + index === selected, scale, glyphs));
  return [
    waterfallHeader(scale),
    ...drawn,
    ...Array.from({ length: Math.max(0, rows - drawn.length) }, (): Line => []),
  ];
}

function stepped(facts: InvocationFacts, steps: 1 | -1): Outcome<InvocationState> {
  const { state, answer } = facts;
  if (answer === null) return {};
  if (!isLow(facts)) return { remark: 'all parts are on the screen' };
  return { state: { ...state, focus: nextPlace(invocationPanes(facts, answer), state.focus, steps, facts) } };
}

/** The whole name, which the waterfall may have cut. */
function selectedLine({ span }: ShownSpan, columns: number, glyphs: InvocationFacts['glyphs']): Line {
  const parts: Line[] = [
    [{ text: cleanerFor(glyphs)(span.name), bold: true }],
    [
      {
        text: `from ${formatMsUnit(span.startMs < 0 ? -span.startMs : span.startMs)}${span.startMs < 0 ? ' before' : ''}`,
        dim: true,
      },
    ],
    [{ text: formatMsUnit(span.durationMs), dim: true }],
    ...moduleParts(span),
    ...(span.phase === '' || span.phase === 'invocation'
      ? []
      : [[{ text: `phase ${cleanerFor(glyphs)(span.phase).replaceAll('_', ' ')}`, dim: true } as const]]),
    ...(span.isError ? [[{ text: 'failed', color: 'red' } as const]] : []),
  ];
  return joinedWithin(parts, ` ${glyphs.dot} `, columns);
}

/** What a module took of its span, and how much of that was others' time. */
function moduleParts({ module, durationMs }: ShownSpan['span']): Line[] {
  if (module === null) return [];
  const waitedMs = durationMs === null ? 0 : Math.max(0, durationMs - module.totalMs);
  const texts = [
    `self ${formatMsUnit(module.selfMs)}`,
    `with imports ${formatMsUnit(module.totalMs)}`,
    ...(waitedMs < 1 ? [] : [`waited ${formatMsUnit(waitedMs)} for others`]),
  ];
  return texts.map((text): Line => [{ text, dim: true }]);
}

const noSpanLines = (columns: number): Line[] =>
  wrapped('No spans: they are kept for days, and platform logs have none.', columns - 2).map((text) => [
    { text: `  ${text}`, dim: true },
  ]);

const nothingLines = ({ state: { of }, glyphs }: InvocationFacts): Line[] => [
  [],
  [
    {
      text: `  There is no invocation ${cleanerFor(glyphs)(of.invocationId)} within an hour of that time.`,
      bold: true,
    },
  ],
  [{ text: '  Esc leads back; R asks again, for late parts may still come.', dim: true }],
];
