/** The dashboard for whoever hears it: what is said when, compared with text files; `UPDATE_GOLDEN=1` writes these anew. */
import assert from 'node:assert/strict';
import { startSession } from '#tui/app/session.js';
import { spokenGlyphs } from '#tui/format/glyphs.js';
import { exportEntries } from '#tui/screens/exports.js';
import { type FirstRanking, functionsScreen } from '#tui/screens/functions.js';
import { nothingCalledSo, placesToGo } from '#tui/screens/places.js';
import { createSpeaker } from '#tui/speech/speaker.js';
import { live } from '#tui/state/live.js';
import { hostileNames } from '../../support/bench-results.ts';
import { goldenIn } from '../../support/golden.ts';
import { everywhere } from './everywhere.ts';
import { benchRuns, illHealth, liveInvocations } from './more-pages.ts';
import { functionPage, instanceList, invocationPage, moduleTree } from './pages.ts';
import { rankedFunction, ranking, sixFunctions } from './rankings.ts';
import { FakeClock, FakeSource, settled } from './screen-stage.ts';

const compare = goldenIn(new URL('./golden/', import.meta.url));

const told = (): FakeSource => {
  const source = new FakeSource(() => sixFunctions);
  source.functionPage = async () => functionPage;
  source.instances = async () => instanceList;
  source.invocationPage = async () => invocationPage;
  source.modules = async () => moduleTree;
  source.live = async () => liveInvocations;
  source.benchRuns = async () => benchRuns;
  source.health = async () => illHealth;
  return source;
};

/** A session that is spoken: what was said since it was asked last. */
function listening(source: FakeSource, more: Partial<FirstRanking> = {}) {
  const clock = new FakeClock();
  const query = { sort: 'cold-p99', sinceMs: 86_400_000, limit: 100 } as const;
  const first = { query, watched: { endpoint: 'http://127.0.0.1:4318' }, ...more };
  const notices = live<readonly string[]>(['the loader of our own is used']);
  const progress = live('starting ClickHouse');
  const session = startSession({
    ...{ source, clock, notices, progress, glyphs: spokenGlyphs, exports: exportEntries },
    screens: [functionsScreen(first)],
    entries: (answer, about) => placesToGo(answer, first, about),
    nothingOffered: nothingCalledSo,
    outside: {
      ...{ quit: () => {}, suspend: () => {}, theme: () => {} },
      ...{ copy: () => 'copied', save: () => 'wrote it', keep: () => 'kept' },
    },
  });
  const speaker = createSpeaker();
  const said: string[] = [];
  const tell = (): void => void said.push(...speaker.lines(session.facts()));
  tell();
  session.version.subscribe(tell);
  return {
    clock,
    progress,
    async after(...keys: string[]): Promise<string[]> {
      if (keys.length > 0) session.press(keys);
      await settled();
      return said.splice(0);
    },
    close: () => session.close(),
  };
}

const typed = (text: string): string[] => [...text];

describe('the dashboard in words', () => {
  it('says where one is, what is selected, and what keys change', async () => {
    const heard = listening(told());
    const parts: string[] = [];
    const note = async (what: string, ...keys: string[]): Promise<void> => {
      parts.push(`## ${what}`, ...(await heard.after(...keys)), '');
    };
    await note('begin');
    heard.progress.set('');
    await note('ready');
    await note('j', 'j');
    await note('G', 'G');
    await note('s', 's');
    await note('/bare Enter', '/', ...typed('bare'), 'return');
    await note('Esc', 'escape');
    await note('Space', ' ');
    await note('Space', ' ');
    await note('y', 'y');
    await note('?', '?');
    await note('Esc', 'escape');
    await note('g Enter: a function', 'g', 'return');
    await note('Tab', 'tab');
    await note('j', 'j');
    await note('Enter: an invocation', 'return');
    await note('j', 'j');
    await note('Esc Esc', 'escape', 'escape');
    await note('m: modules', 'm');
    await note('j Enter', 'j', 'return');
    await note('Tab: packages', 'tab');
    await note('Tab: flame', 'tab');
    await note(':', ':');
    await note('liv', ...typed('liv'));
    await note('Enter: live', 'return');
    await note('j', 'j');
    await note(':bench Enter', ':', ...typed('bench'), 'return');
    await note(':health Enter', ':', ...typed('health'), 'return');
    await note(':func Enter', ':', ...typed('func'), 'return');
    await note('-: why', '-');
    compare('spoken.txt', `${parts.join('\n')}\n`);
    heard.close();
  });

  it('says the grouping, and what is sorted by whether or not it has a column', async () => {
    const heard = listening(told(), { columns: ['cold-p50'] });
    heard.progress.set('');
    assert.ok((await heard.after()).includes('sorted by cold p99'));
    assert.deepEqual(await heard.after('b'), ['grouped by provider']);
    assert.deepEqual(await heard.after('b'), ['grouped by region']);
    assert.deepEqual(await heard.after('b', 'b'), ['not grouped']);
    assert.deepEqual(await heard.after('s'), ['sorted by cold p50']);
    assert.deepEqual(await heard.after('s', 's', 's', 's'), ['sorted by cold p90']);
    heard.close();
  });

  it('says why a key does nothing, and what there is to go to', async () => {
    const heard = listening(told(), { query: { sort: 'cold-p99', sinceMs: 3_600_000, limit: 100 } });
    heard.progress.set('');
    await heard.after();
    assert.deepEqual(await heard.after('c'), ['only windows longer than 2h are compared']);
    const said = await heard.after(':', 'z', 'z');
    assert.match(said.at(-1) ?? '', /^zz: Nothing is called so\. There are functions by their names, /);
    heard.close();
  });

  it('says figures that change, no more often than every ten seconds, and nothing else while nothing changes', async () => {
    let p99Ms = 400;
    const source = new FakeSource(() =>
      ranking([rankedFunction({ name: 'busy', cold: { p50Ms: 300, p90Ms: 350, p99Ms, maxMs: 500 } })]),
    );
    const heard = listening(source);
    await heard.after();
    heard.progress.set('');
    await heard.after();
    p99Ms = 480;
    await heard.clock.advance(5_000);
    assert.deepEqual(await heard.after(), []);
    await heard.clock.advance(6_000);
    assert.deepEqual(await heard.after(), ['now cold p99 480']);
    await heard.clock.advance(60_000);
    assert.deepEqual(await heard.after(), []);
    heard.close();
  });

  it('says that the source is away, once, and that it answers again', async () => {
    let isAway = false;
    const source = new FakeSource(() => {
      if (isAway) throw new Error('connect ECONNREFUSED 127.0.0.1:8123');
      return sixFunctions;
    });
    const heard = listening(source);
    heard.progress.set('');
    await heard.after();
    isAway = true;
    await heard.clock.advance(5_000);
    assert.deepEqual(await heard.after(), [
      'attention: connect ECONNREFUSED 127.0.0.1:8123 next: Report this as a defect of coldlens.',
    ]);
    isAway = false;
    await heard.clock.advance(5_000);
    assert.deepEqual(await heard.after(), ['it answers again']);
    heard.close();
  });

  it('says no shape, and nothing that a terminal obeys, whatever things are called', async () => {
    for (const name of hostileNames) {
      const source = told();
      source.answer = () => everywhere(sixFunctions, name);
      source.functionPage = async () => everywhere(functionPage, name);
      source.instances = async () => everywhere(instanceList, name);
      source.invocationPage = async () => everywhere(invocationPage, name);
      source.modules = async () => everywhere(moduleTree, name);
      source.live = async () => everywhere(liveInvocations, name);
      source.benchRuns = async () => everywhere(benchRuns, name);
      source.health = async () => everywhere(illHealth, name);
      const heard = listening(source);
      heard.progress.set('');
      const said = await heard.after();
      for (const keys of [['return'], ['return'], ['escape'], ['m'], ['tab'], ['tab'], ['escape'], ['escape'], ['-']]) {
        said.push(...(await heard.after(...keys)));
      }
      for (const place of ['live', 'bench', 'health']) {
        said.push(...(await heard.after(':', ...typed(place), 'return')));
      }
      heard.close();
      for (const line of said) {
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u, JSON.stringify(line));
        assert.doesNotMatch(line, /[─│├└▁-█░▒▓▶▼●○■╌→]/u, line);
      }
      assert.ok(said.length > 20, JSON.stringify(said));
    }
  });
});
