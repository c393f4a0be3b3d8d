/** The screens as people see them, compared with text files; `UPDATE_GOLDEN=1` writes these anew. */
import assert from 'node:assert/strict';
import { cells } from '#tui/format/clean.js';
import { asciiGlyphs } from '#tui/format/glyphs.js';
import { live } from '#tui/state/live.js';
import { goldenIn } from '../../support/golden.ts';
import { compared, rankedFunction, ranking, sixFunctions } from './rankings.ts';
import { FakeSource, type Stage, type StageOptions, stage } from './screen-stage.ts';

const compare = goldenIn(new URL('./golden/', import.meta.url));

const sizes = [
  { columns: 40, rows: 8 },
  { columns: 80, rows: 24 },
  { columns: 130, rows: 44 },
] as const;

const notices = ["AWS runtime client not built: using coldlens' own loader"];
const never = new Promise<never>(() => {});
const answering = (): FakeSource => new FakeSource(() => sixFunctions);

interface State {
  name: string;
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
  { name: 'compared', options: () => ({ source: new FakeSource(() => compared), query: { compare: true } }) },
  { name: 'ascii', options: () => ({ source: answering(), glyphs: asciiGlyphs, notices }) },
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

describe('dashboard screens', () => {
  for (const { name, options, play } of states) {
    for (const { columns, rows } of sizes) {
      it(`${name} at ${columns}x${rows}`, async () => {
        const shown = await stage({ columns, rows, ...options() });
        try {
          await play?.(shown);
          const screen = shown.screen();
          compare(`${name}-${columns}x${rows}.txt`, `${screen}\n`);
          const lines = screen.split('\n');
          assert.equal(lines.length, rows);
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
