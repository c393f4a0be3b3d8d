/** The screens as people see them, compared with text files; `UPDATE_GOLDEN=1` writes these anew. */
import assert from 'node:assert/strict';
import { Trouble } from '@coldlens/collector/trouble';
import { type FunctionPage, type InvocationPage, startsOf } from '#collector/index.js';
import { cells } from '#tui/format/clean.js';
import { asciiGlyphs } from '#tui/format/glyphs.js';
import { live } from '#tui/state/live.js';
import { goldenIn } from '../../support/golden.ts';
import { benchRuns, health, illHealth, liveInvocations } from './more-pages.ts';
import { functionPage, instanceList, invocationPage, moduleTree, upload } from './pages.ts';
import { aWorker, compared, rankedFunction, ranking, sixFunctions, withTrends } from './rankings.ts';
import { FakeSource, type Stage, type StageOptions, stage } from './screen-stage.ts';

const compare = goldenIn(new URL('./golden/', import.meta.url));

const sizes = [
  { columns: 40, rows: 8 },
  { columns: 80, rows: 24 },
  { columns: 130, rows: 44 },
  { columns: 300, rows: 100 },
] as const;

/** As wide as the capture in README.md. */
const captured = { columns: 118, rows: 25 };

const notices = ["AWS runtime client not built: using coldlens' own loader"];
const never = new Promise<never>(() => {});
const answering = (): FakeSource => new FakeSource(() => sixFunctions);

/** The first six of many. */
const cut = (): FakeSource =>
  new FakeSource(() => ({
    ...sixFunctions,
    totals: {
      functions: 3_214,
      invocations: 987_654,
      ...startsOf(12_345, 975_309),
      priced: 3_214,
      coldUsd: 1.23,
      monthlyUsd: 456.7,
    },
  }));

interface State {
  name: string;
  /** Beside the usual ones. */
  size?: { columns: number; rows: number };
  options(): Omit<StageOptions, 'columns' | 'rows'>;
  play?(shown: Stage): Promise<void>;
}

const states: readonly State[] = [
  {
    name: 'loading',
    options: () => ({ source: never, progress: live('starting ClickHouse'), notices }),
    play: (shown) => shown.clock.advance(3000),
  },
  { name: 'empty', options: () => ({ source: new FakeSource(() => ranking([])) }) },
  { name: 'ranking', options: () => ({ source: answering(), notices, progress: live('cold starts 18 of 60') }) },
  { name: 'help', options: () => ({ source: answering() }), play: (shown) => shown.type('?') },
  { name: 'filter', options: () => ({ source: answering() }), play: (shown) => shown.type('jj/!^(esm|sdk)') },
  { name: 'no-match', options: () => ({ source: answering() }), play: (shown) => shown.type('/nothing\r') },
  { name: 'sort-cost', options: () => ({ source: answering() }), play: (shown) => shown.type('sssGk') },
  {
    name: 'stale',
    options() {
      let asked = 0;
      const answer = () => {
        asked += 1;
        if (asked > 1) throw new Error('connect ECONNREFUSED 127.0.0.1:8123');
        return sixFunctions;
      };
      return { source: new FakeSource(answer) };
    },
    play: (shown) => shown.clock.advance(75_000),
  },
  {
    name: 'no-answer',
    options: () => ({
      source: new FakeSource(() => {
        throw new Error('connect ECONNREFUSED 127.0.0.1:8123');
      }),
    }),
  },
  {
    name: 'narrowed',
    options: () => ({ source: answering(), query: { only: { region: 'us-east-1', memoryMb: '512' }, filter: 's' } }),
  },
  {
    name: 'narrowed-empty',
    options: () => ({ source: new FakeSource(() => ranking([])), query: { only: { runtime: 'java\u001b[31m25' } } }),
  },
  { name: 'cut', options: () => ({ source: cut() }) },
  { name: 'cut-grouped', options: () => ({ source: cut() }), play: (shown) => shown.type('bb') },
  { name: 'cut-no-match', options: () => ({ source: cut() }), play: (shown) => shown.type('/^nothing\r') },
  { name: 'cut-nowhere-to-go', options: () => ({ source: cut() }), play: (shown) => shown.type(':nothing') },
  { name: 'sort-errors', options: () => ({ source: answering() }), play: (shown) => shown.type('SSSSSSS') },
  {
    name: 'sort-unseen',
    options: () => ({ source: answering(), first: { columns: ['cold-p50', 'phases'], sort: 'cold-p90' } }),
  },
  {
    name: 'short-window',
    options: () => ({ source: answering(), query: { sinceMs: 3_600_000 } }),
    play: (shown) => shown.type('c'),
  },
  { name: 'compared', options: () => ({ source: new FakeSource(() => compared), query: { compare: true } }) },
  { name: 'ascii', options: () => ({ source: answering(), glyphs: asciiGlyphs, notices }) },
  { name: 'why-logs', size: captured, options: () => ({ source: answering() }), play: (shown) => shown.type('jjj-') },
  {
    name: 'why-ascii',
    options: () => ({ source: answering(), glyphs: asciiGlyphs }),
    play: (shown) => shown.type('-'),
  },
  {
    name: 'why-workers',
    size: captured,
    options: () => ({ source: new FakeSource(() => ranking([aWorker])) }),
    play: (shown) => shown.type('-'),
  },
  {
    name: 'snapstart',
    options: () => ({
      source: new FakeSource(() =>
        ranking([
          rankedFunction({
            name: 'restored-java',
            runtime: 'java25',
            phases: { restoreMs: 210, runtimeStartMs: null, initMs: null, executionMs: 40 },
          }),
          rankedFunction({
            name: 'with-platform-telemetry',
            phases: { reportedInitMs: 180, platformMs: 35, runtimeStartMs: 45, initMs: 100, executionMs: 20 },
          }),
        ]),
      ),
    }),
  },
];

const withPages = (): FakeSource => {
  const source = answering();
  source.functionPage = async () => functionPage;
  source.instances = async () => instanceList;
  source.invocationPage = async () => invocationPage;
  source.modules = async () => moduleTree;
  source.live = async () => liveInvocations;
  source.health = async () => health;
  source.benchRuns = async () => benchRuns;
  return source;
};

/** Answers once, and fails from then on. */
const onceThenFailing = <Answer>(answer: Answer): (() => Promise<Answer>) => {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked > 1) throw new Error('connect ECONNREFUSED 127.0.0.1:8123');
    return answer;
  };
};

/** Batches of keys, one after the other. */
const typing =
  (...batches: string[]) =>
  async (shown: Stage): Promise<void> => {
    for (const batch of batches) await shown.type(batch);
  };

const hostile = 'a\u001b[2Jb\u001b]0;title\u0007日本\u202e語\u0000\n';
const nothing = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };

/** As much as logs tell: no phases, no prices, no spans. */
const barePage: FunctionPage = {
  ...functionPage,
  ...{ coldHistogram: [], trend: [], deployments: [], versions: [], memorySizes: [], nearLimits: [], alternatives: [] },
  ...{ recentColdStarts: [], invocations: 3, coldStarts: 0, cold: nothing, warm: nothing, memoryMb: null },
  ...{ runtime: hostile, modules: { seen: null, hint: null } },
  phases: {
    ...{ reportedInitMs: null, platformMs: null, runtimeStartMs: null },
    ...{ initMs: null, executionMs: null, restoreMs: null },
  },
  cost: { totalUsd: null, coldUsd: null, perMillionUsd: null, monthlyUsd: null, reason: 'no price is known' },
};

/** As Workers' own telemetry tells it: how long requests took, and of none how it started. */
const untoldPage: FunctionPage = {
  ...functionPage,
  ...startsOf(0, 0),
  ...{ coldAffected: null, coldHistogram: [], recentColdStarts: [], cold: nothing, warm: nothing, warmHistogram: [] },
  untold: { p50Ms: 6.1, p90Ms: 7.2, p99Ms: 48.3, maxMs: 91.4 },
  ...{ phases: barePage.phases, modules: barePage.modules, nearLimits: [] },
  cost: { ...functionPage.cost, coldUsd: null },
  versions: functionPage.versions.map((group) => ({ ...group, coldStarts: null, cold: nothing })),
  memorySizes: [],
  trend: functionPage.trend.map((point) => ({ ...point, coldStarts: null, coldP50Ms: null, coldP99Ms: null })),
};

const open = (shown: Stage): Promise<void> => shown.type('\r');
const openBoth = async (shown: Stage): Promise<void> => {
  await shown.type('\r');
  await shown.type('\r');
};

/** Names as they are written around the world: from right to left, with marks above and below, two cells wide; and bidi controls. */
const inScripts = [
  ...[
    'הזמנה-חדשה',
    'طلبات-العملاء',
    'abc-אבג-123-דהו',
    'naïve-e\u0301\u0327-z\u0336\u0336\u0336\u0336',
    '関数の名前がとても長い場合',
  ],
  ...['देवनागरी-फ़ंक्शन', 'ภาษาไทย', '\u202eevil\u202c-\u2066x\u2069', 'emoji-👨‍👩‍👧-✔️', '한국어-함수'],
];
const scripted = ranking(
  inScripts.map((name, index) =>
    rankedFunction({ name, region: index === 1 ? 'الشرق' : 'us-east-1', invocations: 100 + index }),
  ),
);

const refused = async (): Promise<never> => {
  throw new Trouble('http://127.0.0.1:4318 does not answer.', 'Start the collector there: coldlens collect.');
};

/** Pages beside the first one: how each is reached, and what it asks. */
const askingPages: readonly { name: string; asks: (keyof FakeSource)[]; play(shown: Stage): Promise<void> }[] = [
  { name: 'function', asks: ['functionPage', 'instances'], play: open },
  { name: 'invocation', asks: ['invocationPage'], play: openBoth },
  { name: 'modules', asks: ['modules'], play: typing('m') },
  { name: 'live', asks: ['live'], play: typing(':live\r') },
  { name: 'health', asks: ['health'], play: typing(':health\r') },
  { name: 'benchmarks', asks: ['benchRuns'], play: typing(':benchmarks\r') },
];

/** Each page before its first answer: there is none yet, or none comes. */
const unansweredPages = askingPages.flatMap(({ name, asks, play }) =>
  [
    { state: 'loading', ask: () => never },
    { state: 'no-answer', ask: refused },
  ].map(
    ({ state, ask }): State => ({
      name: `${name}-${state}`,
      options: () => ({ source: Object.assign(withPages(), Object.fromEntries(asks.map((asked) => [asked, ask]))) }),
      play,
    }),
  ),
);

const furtherStates: readonly State[] = [
  ...unansweredPages,
  { name: 'scripts', options: () => ({ source: new FakeSource(() => scripted) }), play: typing('j') },
  {
    name: 'scripts-function',
    options() {
      const source = withPages();
      source.answer = () => scripted;
      source.functionPage = async () => ({ ...functionPage, version: 'גרסה-2', runtime: 'טעינה' });
      return { source };
    },
    play: typing('j', '\r'),
  },
  { name: 'trends', options: () => ({ source: new FakeSource(() => withTrends) }) },
  { name: 'grouped', options: () => ({ source: answering() }), play: (shown) => shown.type('bbj') },
  { name: 'sort-name', options: () => ({ source: answering() }), play: (shown) => shown.type('SSS') },
  { name: 'palette', options: () => ({ source: withPages() }), play: (shown) => shown.type(':s') },
  { name: 'palette-nothing', options: () => ({ source: withPages() }), play: (shown) => shown.type(':zzz') },
  { name: 'function', options: () => ({ source: withPages() }), play: open },
  {
    name: 'function-next-part',
    options: () => ({ source: withPages() }),
    async play(shown) {
      await open(shown);
      await shown.type('\t\t\t\t\tjj');
    },
  },
  {
    name: 'function-none',
    options() {
      const source = answering();
      source.functionPage = async () => null;
      return { source };
    },
    play: open,
  },
  {
    name: 'function-bare',
    options() {
      const source = answering();
      source.functionPage = async () => barePage;
      return { source };
    },
    play: open,
  },
  {
    name: 'function-stale',
    options() {
      const source = withPages();
      source.functionPage = onceThenFailing<FunctionPage | null>(functionPage);
      return { source };
    },
    async play(shown) {
      await open(shown);
      await shown.clock.advance(20_000);
    },
  },
  {
    name: 'function-instances',
    options: () => ({ source: withPages() }),
    play: typing('\r', '\u001b[Z'),
  },
  {
    name: 'function-untold',
    options() {
      const source = withPages();
      const ran = { warm: nothing, untold: untoldPage.untold, coldStarts: null };
      source.answer = () => ranking([{ ...aWorker, ...startsOf(0, 0), ...ran }]);
      source.functionPage = async () => untoldPage;
      return { source };
    },
    play: open,
  },
  {
    name: 'function-of-worker',
    options() {
      const source = withPages();
      source.functionPage = async () => ({ ...functionPage, uploads: [upload, { ...upload, version: '' }] });
      source.instances = async () => ({ ...instanceList, count: 0, instances: [] });
      return { source };
    },
    play: typing('\r', '\t\t\t\t'),
  },
  { name: 'function-cannot-be-asked', options: () => ({ source: answering() }), play: open },
  { name: 'function-ascii', options: () => ({ source: withPages(), glyphs: asciiGlyphs }), play: open },
  {
    name: 'function-help',
    options: () => ({ source: withPages() }),
    async play(shown) {
      await open(shown);
      await shown.type('?');
    },
  },
  { name: 'invocation', options: () => ({ source: withPages() }), play: openBoth },
  {
    name: 'invocation-next-part',
    options: () => ({ source: withPages() }),
    async play(shown) {
      await openBoth(shown);
      await shown.type('\t');
    },
  },
  {
    name: 'invocation-selected',
    options: () => ({ source: withPages() }),
    async play(shown) {
      await openBoth(shown);
      await shown.type('Gkkk');
    },
  },
  {
    name: 'invocation-none',
    options() {
      const source = withPages();
      source.invocationPage = async () => null;
      return { source };
    },
    play: openBoth,
  },
  {
    name: 'invocation-without-spans',
    options() {
      const source = withPages();
      source.invocationPage = async () => ({ ...invocationPage, spans: [], traceColdStarts: null });
      return { source };
    },
    play: openBoth,
  },
  {
    name: 'invocation-stale',
    options() {
      const source = withPages();
      source.invocationPage = onceThenFailing<InvocationPage | null>(invocationPage);
      return { source };
    },
    async play(shown) {
      await openBoth(shown);
      await shown.clock.advance(25_000);
    },
  },
  { name: 'modules', options: () => ({ source: withPages() }), play: (shown) => shown.type('m') },
  { name: 'modules-expanded', options: () => ({ source: withPages() }), play: typing('m', 'jll', 'j\rj') },
  { name: 'modules-collapsed', options: () => ({ source: withPages() }), play: typing('m', 'jhh') },
  { name: 'modules-filter', options: () => ({ source: withPages() }), play: typing('m', '/smithy|date', '\r') },
  { name: 'modules-no-match', options: () => ({ source: withPages() }), play: typing('m', '/zzz\r') },
  { name: 'modules-packages', options: () => ({ source: withPages() }), play: typing('m', '\tj') },
  { name: 'modules-flame', options: () => ({ source: withPages() }), play: typing('m', '\t\tjj') },
  {
    name: 'modules-ascii',
    options: () => ({ source: withPages(), glyphs: asciiGlyphs }),
    play: typing('m', '\t\tjj'),
  },
  {
    name: 'modules-not-seen',
    options() {
      const source = withPages();
      const hint = functionPage.modules.hint;
      source.modules = async () => ({ ...moduleTree, trees: 0, modules: [], packages: [], seen: 'not observed', hint });
      return { source };
    },
    play: typing('m'),
  },
  {
    name: 'modules-none',
    options() {
      const source = withPages();
      source.modules = async () => null;
      return { source };
    },
    play: typing('m'),
  },
  {
    name: 'modules-stale',
    options() {
      const source = withPages();
      source.modules = onceThenFailing(moduleTree);
      return { source };
    },
    async play(shown) {
      await shown.type('m');
      await shown.clock.advance(65_000);
    },
  },
  ...(['live', 'health', 'benchmarks'] as const).flatMap((screen): State[] => [
    { name: screen, options: () => ({ source: withPages() }), play: typing(`:${screen}\r`, 'j') },
    {
      name: `${screen}-ascii`,
      options: () => ({ source: withPages(), glyphs: asciiGlyphs }),
      play: typing(`:${screen}\r`),
    },
    {
      name: `${screen}-stale`,
      options() {
        const source = withPages();
        source.live = onceThenFailing(liveInvocations);
        source.health = onceThenFailing(health);
        source.benchRuns = onceThenFailing(benchRuns);
        return { source };
      },
      async play(shown) {
        await shown.type(`:${screen}\r`);
        await shown.clock.advance(25_000);
      },
    },
  ]),
  { name: 'live-only-cold', options: () => ({ source: withPages() }), play: typing(':live\r', 'c') },
  { name: 'live-no-match', options: () => ({ source: withPages() }), play: typing(':live\r', '/zzz\r') },
  {
    name: 'live-empty',
    options() {
      const source = withPages();
      source.live = async () => ({ ...liveInvocations, invocations: [], waiting: null });
      return { source };
    },
    play: typing(':live\r'),
  },
  { name: 'benchmarks-no-match', options: () => ({ source: withPages() }), play: typing(':bench\r', '/zzz\r') },
  {
    name: 'benchmarks-empty',
    options() {
      const source = withPages();
      source.benchRuns = async () => ({ ...benchRuns, runs: [] });
      return { source };
    },
    play: typing(':bench\r'),
  },
  {
    name: 'health-ill',
    options() {
      const source = withPages();
      source.health = async () => illHealth;
      return { source };
    },
    play: typing(':health\r'),
  },
  {
    name: 'health-of-store',
    options() {
      const source = withPages();
      source.health = async () => ({ ...health, collector: null });
      return { source };
    },
    play: typing(':health\r'),
  },
  { name: 'invocation-ascii', options: () => ({ source: withPages(), glyphs: asciiGlyphs }), play: openBoth },
];

describe('dashboard screens', () => {
  for (const { name, size, options, play } of [...states, ...furtherStates]) {
    for (const { columns, rows } of size === undefined ? sizes : [...sizes, size]) {
      it(`${name} at ${columns}x${rows}`, async () => {
        const shown = await stage({ columns, rows, ...options() });
        try {
          await play?.(shown);
          const screen = shown.screen();
          compare(`${name}-${columns}x${rows}.txt`, `${screen}\n`);
          const lines = screen.split('\n');
          assert.equal(lines.length, rows);
          if (name.endsWith('ascii')) assert.match(screen, /^[ -~\n]+$/);
          for (const line of lines) assert.ok(cells(line) <= columns, `wider than the screen: ${line}`);
        } finally {
          await shown.close();
        }
      });
    }
  }

  it('shows nothing but ASCII in ASCII mode, whatever functions are called', async () => {
    const source = new FakeSource(() => ranking([rankedFunction({ name: 'größe-✓-日本' })]));
    const shown = await stage({ columns: 130, rows: 44, source, glyphs: asciiGlyphs });
    assert.match(shown.screen(), /^[ -~\n]+$/);
    assert.match(shown.screen(), /gr\?\?e-\?-\?\?/);
    await shown.close();
  });
});
