/** One invocation: its spans over time, those of the user's own instrumentation among them. */
import type { InvocationPage, InvocationQuery } from '@coldlens/collector';
import { type Facts, opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { asking } from '../../app/source.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatCount, formatMsUnit } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
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
  pageRows: (facts) => waterfallRows(facts),
  summary: summaryLine,
  lines: (facts) => (facts.answer === null ? nothingLines(facts) : pageLines(facts, facts.answer)),
  about: ({ state: { of, sinceMs } }) => ({ of, sinceMs }),
  opens: { modules: ({ of, sinceMs }) => modulesScreen(of, sinceMs) },
  actions: {
    // Without spans there is nothing to select but the invocation itself.
    copy: ({ state, answer }) =>
      answer === null
        ? {}
        : { copy: safeJson(treeIn(answer)[selectedIndex(state.list, keysIn(answer))]?.span ?? answer) },
  },
};

const dayMs = 86_400_000;

export const invocationScreen = (of: InvocationQuery, sinceMs = dayMs): Screen =>
  opened(kind, { of, sinceMs, list: firstList });

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

/** The facts go before the spans lose their last lines. */
const leastWaterfall = 6;
const factsFrom = 14;

const factRows = ({ answer, columns, rows, glyphs }: InvocationFacts): Line[] =>
  answer === null || rows < factsFrom ? [] : factLines(answer, columns, glyphs).slice(0, rows - leastWaterfall);

/** Without its header and the line of the selected span. */
const waterfallRows = (facts: InvocationFacts): number =>
  Math.max(1, facts.rows - factRows(facts).length - 1 - (facts.rows >= factsFrom ? 2 : 0));

function pageLines(facts: InvocationFacts, page: InvocationPage): Line[] {
  const { state, columns, glyphs, rows } = facts;
  if (page.spans.length === 0) return [...factLines(page, columns, glyphs), [], ...noSpanLines];
  const tree = treeIn(page);
  const scale = waterfallScale(tree, columns);
  const selected = selectedIndex(state.list, keysIn(page));
  const room = waterfallRows(facts);
  const top = topOf(selected, tree.length, room);
  const chosen = tree[selected];
  const drawn = tree
    .slice(top, top + room)
    .map((shown, index) => waterfallRow(shown, top + index === selected, scale, glyphs));
  const blanks = Array.from({ length: Math.max(0, room - drawn.length) }, (): Line => []);
  return [
    ...factRows(facts),
    waterfallHeader(scale),
    ...drawn,
    ...(rows >= factsFrom && chosen !== undefined ? [...blanks, [], selectedLine(chosen, columns, glyphs)] : []),
  ];
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

const noSpanLines: readonly Line[] = [
  [{ text: '  No spans: they are kept for days, and platform logs have none.', dim: true }],
];

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
