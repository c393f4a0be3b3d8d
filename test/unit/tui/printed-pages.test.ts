/** What the commands of the screens print, compared with text files; `UPDATE_GOLDEN=1` writes these anew. */
import assert from 'node:assert/strict';
import type { Ranking } from '#collector/index.js';
import { cells } from '#tui/format/clean.js';
import { type PrintedPage, printPage } from '#tui/print/page.js';
import { type AnswerOf, type PrintedId, printedPages } from '#tui/print/pages.js';
import { rankingText } from '#tui/print/ranking.js';
import type { Extras } from '#tui/screens/columns.js';
import { goldenIn } from '../../support/golden.ts';
import { benchRuns, health, liveInvocations } from './more-pages.ts';
import { functionView, invocationPage, moduleTree } from './pages.ts';
import { compared, ranking, sixFunctions, withTrends } from './rankings.ts';

const compare = goldenIn(new URL('./golden/', import.meta.url));
const nowMs = Date.UTC(2026, 10, 22, 12);

type Print = (format: 'table' | 'json' | 'csv' | 'markdown', columns?: number) => Promise<string>;

const printing =
  <const Id extends PrintedId>(id: Id, answer: AnswerOf<Id>): Print =>
  async (format, columns) => {
    let text = '';
    const write = (part: string, done: () => void): void => {
      text += part;
      done();
    };
    const page = printedPages[id] as unknown as PrintedPage<AnswerOf<Id>, unknown>;
    await printPage(page, answer, format, columns === undefined ? { write } : { write, isTTY: true, columns }, nowMs);
    return text;
  };

/** As it is full, and as it says that there is nothing. */
const answers: { [Id in PrintedId]: [AnswerOf<Id>, AnswerOf<Id>] } = {
  function: [functionView, { ...functionView, recentColdStarts: [], instances: null }],
  invocation: [invocationPage, { ...invocationPage, spans: [] }],
  modules: [moduleTree, { ...moduleTree, trees: 0, modules: [] }],
  live: [liveInvocations, { ...liveInvocations, invocations: [] }],
  benchmarks: [benchRuns, { ...benchRuns, runs: [] }],
  health: [health, { ...health, collector: null }],
};

const pages = (Object.keys(answers) as PrintedId[]).map((name) => {
  const [answer, nothing] = answers[name];
  return { name, answer, print: printing(name, answer as never), empty: printing(name, nothing as never) };
});

const ranked =
  (shown: Ranking, extras: Extras = {}): Print =>
  async (format, columns) =>
    rankingText(shown, format, columns === undefined ? {} : { isTTY: true, columns }, extras);

describe('printed pages', () => {
  const { COLDLENS_ASCII } = process.env;
  before(() => {
    process.env.COLDLENS_ASCII = '0';
  });
  after(() => {
    if (COLDLENS_ASCII === undefined) delete process.env.COLDLENS_ASCII;
    else process.env.COLDLENS_ASCII = COLDLENS_ASCII;
  });

  const rankings = [
    { name: 'functions', answer: sixFunctions, print: ranked(sixFunctions), empty: ranked(ranking([])) },
    {
      ...{ name: 'functions-compared', answer: compared, print: ranked(compared, { isCompared: true }) },
      empty: ranked(ranking([]), { isCompared: true }),
    },
    {
      ...{
        name: 'functions-chosen',
        answer: withTrends,
        print: ranked(withTrends, { columns: ['cost', 'trend', 'errors', 'phases'], hasTrend: true }),
      },
      empty: ranked(ranking([])),
    },
  ];

  it('a fence in Markdown ends where it should, whatever is written in it', async () => {
    const changes = [{ what: 'version' as const, from: '`````', to: '42\n````\n![x](y)' }];
    const view = { ...functionView, deployments: [{ at: functionView.until, changes }] };
    const text = await printing('function', view)('markdown');
    assert.match(text, /version ````` → 42/);
    const [, fence = ''] = /^(`+)text$/m.exec(text) ?? [];
    const lines = text.split('\n');
    const ends = lines.flatMap((line, at) => (/^`+$/.test(line) && line.length >= fence.length ? [at] : []));
    assert.deepEqual(ends, [lines.findIndex((line) => line.startsWith('| ago')) - 2]);
  });

  for (const { name, print, empty, answer } of [...pages, ...rankings]) {
    it(`${name}, piped: as a table with full names, as CSV and Markdown`, async () => {
      compare(`printed-${name}.txt`, await print('table'));
      compare(`printed-${name}.csv.txt`, await print('csv'));
      compare(`printed-${name}.md.txt`, await print('markdown'));
      compare(`printed-${name}-empty.txt`, await empty('table'));
    });

    it(`${name}, on a terminal: no wider than it`, async () => {
      for (const columns of [40, 80, 130]) {
        const text = await print('table', columns);
        for (const line of text.split('\n')) assert.ok(cells(line) <= columns, `wider than ${columns}: ${line}`);
      }
    });

    it(`${name}, as JSON: the answer itself`, async () => {
      assert.deepEqual(JSON.parse(await print('json')), answer);
    });
  }
});
