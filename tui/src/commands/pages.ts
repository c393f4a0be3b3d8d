/** The commands that show one screen: on a terminal with the dashboard around it, else printed once. */
import { type Command, command, pick, usage, type Values } from '@coldlens/benchmarks/cli';
import { exitCode, type QuestionSource, type RankingQuery, Trouble } from '@coldlens/collector';
import type { Screen } from '../app/screen.ts';
import { optionTable, sourceOptions, watchedLimit } from '../cli/option-table.ts';
import { type PrintedPage, printPage } from '../print/page.ts';
import { type AnswerOf, type PrintedId, printedPages } from '../print/pages.ts';
import { benchmarksScreen } from '../screens/benchmarks/screen.ts';
import { functionScreen } from '../screens/function/screen.ts';
import { functionView } from '../screens/function/view.ts';
import { healthScreen } from '../screens/health/screen.ts';
import { invocationScreen } from '../screens/invocation/screen.ts';
import { arrivedWithin, liveScreen } from '../screens/live/screen.ts';
import { modulesScreen } from '../screens/modules/screen.ts';
import { settingsOf, settingsOptions } from '../settings/settings.ts';
import { askedSort } from '../state/sorts.ts';
import { functionCalled, invocationOf } from './found.ts';
import { assertReadable, openSource, watchedAt } from './store.ts';

const commonOptions = { ...pick(optionTable, ['once', 'format', ...sourceOptions]), ...settingsOptions };
const placeOptions = pick(optionTable, ['since', 'provider', 'account', 'region']);
const functionOptions = { ...commonOptions, ...placeOptions };

type Common = Values<typeof commonOptions>;

const { since: usual } = optionTable;
const usualSinceMs = usual.read(usual.default, '--since');

/** What a command shows: the screen, and how to ask and print it once. */
interface Shown<Id extends PrintedId> {
  screen: Screen;
  /** The window of the ranking that Esc leads to; absent = the usual one. */
  sinceMs?: number;
  page: Id;
  ask(): Promise<AnswerOf<Id>>;
}

async function show<const Id extends PrintedId>(
  values: Common,
  find: (source: QuestionSource) => Promise<Shown<Id>> | Shown<Id>,
): Promise<typeof exitCode.fine> {
  const { once, format = 'table', data, clickhouse, url, prices } = values;
  const where = { data, clickhouse, url, prices };
  assertReadable(where);
  const source = await openSource(where, values);
  try {
    const { screen, ask, page, sinceMs = usualSinceMs } = await find(source);
    if (process.stdin.isTTY && process.stdout.isTTY && once !== true) {
      const query: RankingQuery = { sort: askedSort(values.sort), sinceMs, limit: watchedLimit };
      const { runDashboard } = await import('../dashboard.tsx');
      await runDashboard({ source, query, open: screen, settings: settingsOf(values), watched: watchedAt(where) });
    } else {
      // The id chose both, which its type cannot tell.
      const printed = printedPages[page] as unknown as PrintedPage<AnswerOf<Id>, unknown>;
      await printPage(printed, await ask(), format, process.stdout);
    }
  } finally {
    await source.close();
  }
  return exitCode.fine;
}

/** @throws Trouble (wrong usage) */
function oneWord(words: readonly string[], what: string, example: string): string {
  const [word, ...more] = words;
  if (word !== undefined && more.length === 0) return word;
  throw usage(`${word === undefined ? `No ${what}` : `More than one ${what}`} was given.`, `Run coldlens ${example}`);
}

function there<Answer>(answer: Answer | null, what: string): Answer {
  if (answer !== null) return answer;
  throw new Trouble(
    `There is no ${what}.`,
    'Look further back with --since, or take names and times as coldlens shows them.',
  );
}

const nameWord = { name: 'name', help: 'the function, as the ranking names it' };

const functionCommand = command({
  name: 'function',
  summary: 'one function: phases, histogram, trend, cost, versions, the latest cold starts',
  examples: ['function checkout', 'function checkout --since 7d --json'],
  words: nameWord,
  options: functionOptions,
  run: (values, { words }) =>
    show(values, async (source) => {
      const { since: sinceMs } = values;
      const of = await functionCalled(oneWord(words, 'function', 'function NAME'), values, source);
      return {
        screen: functionScreen(of, { sinceMs }),
        sinceMs,
        ask: async () => there(await functionView(source, { ...of, sinceMs }), 'such function in the window'),
        page: 'function',
      };
    }),
});

const modulesCommand = command({
  name: 'modules',
  summary: "what a function's cold starts load: the module tree with milliseconds, bytes and dollars a month",
  examples: ['modules checkout', 'modules checkout --since 7d --format csv'],
  words: nameWord,
  options: functionOptions,
  run: (values, { words }) =>
    show(values, async (source) => {
      const { since: sinceMs } = values;
      const of = await functionCalled(oneWord(words, 'function', 'modules NAME'), values, source);
      return {
        screen: modulesScreen(of, sinceMs),
        sinceMs,
        ask: async () => there(await source.modules({ ...of, sinceMs, trees }), 'such function in the window'),
        page: 'modules',
      };
    }),
});

/** As the screen asks. */
const trees = 20;
const invocationCommand = command({
  name: 'invocation',
  summary: 'one invocation as a waterfall of its spans',
  examples: ['invocation ID --function checkout', 'invocation ID --function checkout --at 2026-11-22T09:30:00Z --json'],
  words: { name: 'id', help: "the provider's id of the invocation" },
  options: { ...functionOptions, ...pick(optionTable, ['function', 'at']) },
  run: (values, { words }) =>
    show(values, async (source) => {
      const of = await invocationOf(oneWord(words, 'invocation', 'invocation ID --function NAME'), values, source);
      return {
        screen: invocationScreen(of, values.since),
        sinceMs: values.since,
        ask: async () => there(await source.invocationPage(of), 'such invocation within an hour of that time'),
        page: 'invocation',
      };
    }),
});

const liveCommand = command({
  name: 'live',
  summary: 'invocations as they arrive, cold ones marked',
  examples: ['live', 'live --since 1m --once --format csv'],
  options: { since: optionTable.arrivals, ...commonOptions },
  run: ({ since: sinceMs, ...values }) =>
    show(values, (source) => ({
      screen: liveScreen(sinceMs),
      ask: async () => arrivedWithin(await source.live({ limit: liveLimit }), sinceMs),
      page: 'live',
    })),
});

const liveLimit = 200;
const runsLimit = 500;

const benchmarksCommand = command({
  name: 'benchmarks',
  summary: 'the runs that bench --store has kept, base against head',
  examples: ['benchmarks', 'benchmarks --since 7d --once --format markdown'],
  options: { since: optionTable.runs, ...commonOptions },
  run: ({ since: sinceMs, ...values }) =>
    show(values, (source) => ({
      screen: benchmarksScreen(watchedAt(values), sinceMs),
      ask: () => source.benchRuns({ sinceMs, limit: runsLimit }),
      page: 'benchmarks',
    })),
});

const healthCommand = command({
  name: 'health',
  summary: 'how the collector, its buffer and the store are',
  examples: ['health --url http://127.0.0.1:4318', 'health --once --json --url http://127.0.0.1:4318'],
  options: commonOptions,
  run: (values) => show(values, (source) => ({ screen: healthScreen(), ask: () => source.health(), page: 'health' })),
});

export const pageCommands: readonly Command[] = [
  functionCommand,
  invocationCommand,
  modulesCommand,
  liveCommand,
  benchmarksCommand,
  healthCommand,
];
