/** Invocations as they arrive, the cold ones marked. */
import { type LiveInvocation, type LiveInvocations, startsOf } from '@coldlens/collector';
import { type Facts, opened, type Screen, type ScreenKind } from '../../app/screen.ts';
import { asking } from '../../app/source.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { counted, formatAge, formatCount, formatMs, formatMsUnit, formatWindow } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import type { TableColumn } from '../../format/table.ts';
import { safeJson } from '../../print/json.ts';
import { pollMs } from '../../state/feed.ts';
import { nameFilter } from '../../state/filter.ts';
import { firstList, type ListState, selectedIndex } from '../../state/list.ts';
import { invocationScreen } from '../invocation/screen.ts';
import { startText } from '../start-text.ts';
import { coldText } from '../sums.ts';
import { bodyRows, tableLines, withDetail } from '../table-body.ts';
import { liveSinceMs } from './since.ts';

export interface LiveState {
  isOnlyCold: boolean;
  /** How far back what is shown may have arrived when it is told first. */
  sinceMs: number;
  list: ListState;
}

type LiveFacts = Facts<LiveState, LiveInvocations>;

/** More than that has passed by before it was read. */
const mostShown = 1000;
const limit = 200;

const kind: ScreenKind<LiveState, LiveInvocations> = {
  id: 'live',
  awaited: 'what arrives',
  subject: () => '',
  title: ({ isOnlyCold }) => [[{ text: 'live', bold: true }, { text: isOnlyCold ? ', only cold starts' : '' }]],
  question: ({ sinceMs }) => ({
    key: String(sinceMs),
    everyMs: pollMs,
    async ask(source, before) {
      const cursor = before === undefined ? {} : { cursor: before.cursor };
      const told = await asking(source, 'live', 'invocations as they arrive')({ limit, ...cursor });
      // What came in the seconds before the cursor is told once more.
      return joinedWith(before, arrivedWithin(told, sinceMs));
    },
  }),
  written: (state, answer) => ({ answer: { ...answer, invocations: [...shownIn(state, answer)] } }),
  about({ state, answer }) {
    const chosen = answer && chosenIn(state, answer);
    return chosen && { of: chosen, sinceMs: aboutMs };
  },
  keys: (state, answer) => shownIn(state, answer).map(({ key }) => key),
  // At the top it follows what comes.
  afterMove: (state, keys) =>
    state.list.selected === keys.at(0) ? { ...state, list: { ...state.list, selected: undefined } } : state,
  pageRows: ({ rows }) => bodyRows(rows),
  filterRemark: ({ list }) => (nameFilter(list.filter).isRegex ? '' : 'as plain text'),
  summary: summaryLine,
  lines(facts) {
    const { state, answer, rows } = facts;
    const shown = shownIn(state, answer);
    if (shown.length === 0) return emptyLines(facts);
    const selected = selectedIndex(state.list, keysOf(shown));
    const table = tableLines({ rows: shown, keys: keysOf(shown), selected, columns: liveColumns(facts) }, facts);
    return withDetail(table, detailLine(facts, shown[selected]), rows);
  },
  changes: { onlyCold: (state) => ({ ...state, isOnlyCold: !state.isOnlyCold }) },
  actions: {
    open(facts) {
      const chosen = chosenIn(facts.state, facts.answer);
      if (chosen === undefined) return {};
      const { provider, account, region, name, invocationId, at } = chosen;
      return { open: invocationScreen({ provider, account, region, name, invocationId, atMs: Date.parse(at) }) };
    },
    copy({ state, answer }) {
      const chosen = chosenIn(state, answer);
      return chosen === undefined ? {} : { copy: safeJson(chosen) };
    },
  },
};

export const liveScreen = (sinceMs = liveSinceMs): Screen =>
  opened(kind, { isOnlyCold: false, sinceMs, list: firstList });

/** What a function is looked at over that is gone to from here. */
const aboutMs = 86_400_000;

/** What arrived in so many milliseconds before it was asked. */
export function arrivedWithin(told: LiveInvocations, sinceMs: number): LiveInvocations {
  const fromMs = Date.parse(told.until) - sinceMs;
  const invocations = told.invocations.filter(({ arrivedAt }) => Date.parse(arrivedAt) >= fromMs);
  if (invocations.length === told.invocations.length) return told;
  // They come the latest first: those that are left are all of that time.
  return { ...told, invocations, arrived: invocations.length };
}

/** What was told again takes the place of what was told before. */
function joinedWith(before: LiveInvocations | undefined, now: LiveInvocations): LiveInvocations {
  const told = new Set(now.invocations.map(({ key }) => key));
  const kept = (before?.invocations ?? []).filter(({ key }) => !told.has(key));
  return { ...now, invocations: [...now.invocations, ...kept].slice(0, mostShown) };
}

function shownIn({ isOnlyCold, list }: LiveState, { invocations }: LiveInvocations): readonly LiveInvocation[] {
  const { matches } = nameFilter(list.filter);
  return invocations.filter((one) => (!isOnlyCold || one.isCold) && matches(one));
}

const keysOf = (shown: readonly LiveInvocation[]): readonly string[] => shown.map(({ key }) => key);

function chosenIn(state: LiveState, answer: LiveInvocations): LiveInvocation | undefined {
  const shown = shownIn(state, answer);
  return shown[selectedIndex(state.list, keysOf(shown))];
}

const kindText = ({ startKind, startCertainty }: LiveInvocation): string => startText(startKind, startCertainty);

export function liveColumns({ glyphs }: Pick<LiveFacts, 'glyphs'>): readonly TableColumn<LiveInvocation>[] {
  const cleaned = cleanerFor(glyphs);
  return [
    { header: 'FUNCTION', align: 'left', priority: 0, text: ({ name }) => cleaned(name) || '(no name)' },
    // A mark and a word, for the eye to find in what passes by.
    { header: ' ', align: 'left', priority: 1, text: ({ isCold }) => (isCold ? glyphs.live : ' ') },
    { header: 'start', align: 'left', priority: 2, text: kindText },
    { header: 'ms', align: 'right', priority: 1, text: ({ latencyMs }) => formatMs(latencyMs) },
    { header: 'until ready', align: 'right', priority: 4, text: ({ readyMs }) => formatMs(readyMs) },
    { header: 'execution', align: 'right', priority: 5, text: ({ executionMs }) => formatMs(executionMs) },
    { header: '', align: 'left', priority: 3, text: ({ isError }) => (isError ? `${glyphs.alert} failed` : '') },
    { header: 'arrived', align: 'left', priority: 3, text: ({ arrivedAt }) => arrivedAt.slice(11, 19) },
    {
      header: 'where',
      align: 'left',
      priority: 6,
      text: ({ provider, region }) =>
        [provider, region]
          .filter((text) => text !== '')
          .map(cleaned)
          .join('/'),
      style: { dim: true },
    },
    { header: 'version', align: 'left', priority: 7, text: ({ version }) => cleaned(version), style: { dim: true } },
  ];
}

function summaryLine({ state, answer, columns, glyphs }: LiveFacts): Line {
  const shown = shownIn(state, answer);
  const cold = shown.filter(({ isCold }) => isCold).length;
  const warm = shown.filter(({ isCold, startKind }) => !isCold && startKind !== null).length;
  const { waiting } = answer;
  const parts = [
    counted(shown.length, 'invocation'),
    coldText(startsOf(cold, warm)),
    `${formatCount(shown.filter(({ isError }) => isError).length)} failed`,
    ...(waiting === null || waiting.batches === 0
      ? []
      : [
          `${formatCount(waiting.batches)} ${waiting.batches === 1 ? 'batch' : 'batches'} on the way to ClickHouse, ${formatAge(waiting.oldestMs ?? 0)} old`,
        ]),
    'newest first',
  ];
  return joinedWithin(
    parts.map((text): Line => [{ text, dim: true }]),
    ` ${glyphs.dot} `,
    columns,
  );
}

function detailLine({ columns, glyphs, nowMs }: LiveFacts, one: LiveInvocation | undefined): Line {
  if (one === undefined) return [];
  const cleaned = cleanerFor(glyphs);
  const texts = [
    one.invocationId,
    `began ${formatAge(nowMs - Date.parse(one.at))} ago`,
    formatMsUnit(one.latencyMs),
    one.instanceId === '' ? '' : `instance ${one.instanceId}`,
    one.memoryMb === null ? '' : `${formatCount(one.memoryMb)} MB`,
  ].filter((text) => text !== '');
  return joinedWithin(
    [[{ text: cleaned(one.name), bold: true }], ...texts.map((text): Line => [{ text: cleaned(text), dim: true }])],
    ` ${glyphs.dot} `,
    columns,
  );
}

function emptyLines({ state, answer, glyphs }: LiveFacts): Line[] {
  if (answer.invocations.length === 0) {
    return [
      [],
      [{ text: `  Nothing has arrived in the last ${formatWindow(state.sinceMs)}.`, bold: true }],
      [{ text: '  Call a function: what comes is shown here, a second or so later.', dim: true }],
    ];
  }
  const what = state.list.filter === '' ? 'is a cold start' : `matches ${cleanerFor(glyphs)(state.list.filter)}`;
  return [
    [],
    [{ text: `  None of ${counted(answer.invocations.length, 'invocation')} ${what}.` }],
    [{ text: state.list.filter === '' ? '  c shows all' : '  Esc drops the filter', dim: true }],
  ];
}
