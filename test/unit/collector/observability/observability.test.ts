/** The table of what can be known: that readers tell what it says, that its page is written, and what it says of a `-`. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { unseenOf } from '#collector/index.js';
import { assembleInvocations } from '#collector/model/invocation/assemble.js';
import { received } from '#collector/model/invocation/facts.js';
import type { PartialInvocation } from '#collector/model/invocation/partial.js';
import { type Fact, facts, sentenceOf } from '#collector/model/observability/cell.js';
import { generatedParts } from '#collector/model/observability/markdown.js';
import { observedPlatforms } from '#collector/model/observability.js';
import type { Telling } from '#collector/model/telling.js';
import { aWorker, rankedFunction } from '../../tui/rankings.ts';
import { goldenRecords } from './golden-records.ts';

const isTold = (...values: readonly unknown[]): boolean => values.some((value) => value !== null);
const timeouts: readonly unknown[] = ['timeout'];

/** Whether a part of an invocation tells the fact. What is computed from parts later is of no source by itself. */
const tells: Readonly<Record<Exclude<Fact, 'cost'>, (part: PartialInvocation) => boolean>> = {
  platform: (part) =>
    part.platformReportedInitNs !== null && part.agentRuntimeStartNs !== null && part.agentInitNs !== null,
  runtimeStart: (part) => isTold(part.agentRuntimeStartNs),
  init: (part) => isTold(part.agentInitNs, part.otelInitNs),
  modules: (part) => isTold(part.modulesSeen),
  idle: (part) => isTold(part.agentIdleNs),
  execution: (part) => isTold(part.agentExecutionNs, part.platformDurationNs, part.otelExecutionNs),
  restore: (part) => isTold(part.platformRestoreNs),
  reportedInit: (part) => isTold(part.platformReportedInitNs),
  startKind: (part) => isTold(part.startKind, part.platformStartKind, part.otelStartKind),
  billed: (part) => isTold(part.agentBilledMs, part.platformBilledMs, part.platformCpuUs),
  memoryUsed: (part) => isTold(part.platformMemoryUsedMb),
  errors: (part) => isTold(part.error, part.platformStatus),
  timeouts: (part) => timeouts.includes(part.platformStatus) || timeouts.includes(part.errorType),
};

const partsOf = ({ spans, reports }: Telling): PartialInvocation[] =>
  assembleInvocations(
    spans.map((span) => received(span, Date.now())),
    reports,
  );

describe('the table of what can be known', () => {
  for (const platform of observedPlatforms) {
    for (const source of platform.sources) {
      it(`is true of ${platform.title}, ${source.title}`, () => {
        const golden = goldenRecords[platform.title]?.[source.id];
        assert.ok(golden, 'there are records of each source');
        const telling = golden();
        assert.deepEqual(telling.unknown.list(), []);
        const parts = partsOf(telling);
        assert.ok(parts.length > 0);
        for (const [fact, tellsIt] of Object.entries(tells)) {
          const { how } = source.cells[fact as Fact];
          const found = parts.some(tellsIt);
          // What is inferred may be told by the source or found out later, by comparing.
          if (how === 'measured') assert.ok(found, `${fact} is called measured, and nothing tells it`);
          if (how === 'not observable') assert.ok(!found, `${fact} is called not observable, and is told`);
        }
      });
    }
  }

  it('has a sentence wherever one is needed, short and without markup of tables', () => {
    for (const { sources } of observedPlatforms) {
      for (const { cells } of sources) {
        for (const fact of facts) {
          const sentence = sentenceOf(cells[fact]);
          assert.ok(sentence !== '' || cells[fact].how === 'measured', fact);
          assert.ok(sentence.length <= 130, sentence);
          assert.doesNotMatch(sentence, /[|\n]|\.$/);
        }
      }
    }
  });

  it('is what SOURCES.md says: npm run sources', () => {
    const page = readFileSync(new URL('../../../../collector/SOURCES.md', import.meta.url), 'utf8');
    for (const [name, text] of Object.entries(generatedParts)) {
      assert.ok(page.includes(`<!-- ${name}:begin -->\n${text().trim()}\n<!-- ${name}:end -->`), name);
    }
  });
});

describe('the page of sources', () => {
  it('leads to pages that are there', () => {
    const page = new URL('../../../../collector/SOURCES.md', import.meta.url);
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
    assert.ok(links.length >= observedPlatforms.length);
    for (const link of links) assert.ok(existsSync(new URL(link, page)), link);
  });
});

describe('why a figure is -', () => {
  const whats = (ranked: Parameters<typeof unseenOf>[0]): string[] => unseenOf(ranked).unseen.map(({ what }) => what);
  const none = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };
  const noModules = { seen: null, hint: null };
  const noPhases = { runtimeStartMs: null, initMs: null };

  it('is told of what the agent told alone', () => {
    const { sources, unseen, page } = unseenOf(rankedFunction({ name: 'a' }));
    assert.deepEqual(sources, ['agent in the function (Node)']);
    assert.deepEqual(
      unseen.map(({ what }) => what),
      ['reported init', 'restore', 'platform'],
    );
    assert.equal(page, 'collector/SOURCES.md#aws-lambda');
  });

  it('is told of what logs told alone', () => {
    const phases = { ...noPhases, reportedInitMs: 200 };
    const { sources } = unseenOf(rankedFunction({ name: 'a', modules: noModules, phases }));
    assert.deepEqual(sources, ['CloudWatch logs (any language)']);
  });

  it('is told of what agent and platform told together', () => {
    const phases = { reportedInitMs: 400, platformMs: 46 };
    assert.deepEqual(unseenOf(rankedFunction({ name: 'a', phases })), {
      platforms: ['AWS Lambda'],
      sources: ['agent with the layer or logs (Node)'],
      unseen: [{ what: 'restore', why: 'nothing was restored from a snapshot' }],
      page: 'collector/SOURCES.md#aws-lambda',
    });
  });

  it('tells which platform of a provider it is by what was told', () => {
    const google = { provider: 'gcp', modules: noModules, name: 'a' };
    const ofRun = rankedFunction({ ...google, phases: { ...noPhases, reportedInitMs: 900 } });
    assert.deepEqual(unseenOf(ofRun).platforms, ['Cloud Run functions']);
    const ofFirst = rankedFunction({
      ...google,
      coldStarts: null,
      cold: none,
      warm: none,
      phases: { ...noPhases, executionMs: null },
    });
    assert.deepEqual(unseenOf(ofFirst).platforms, ['Google Cloud Functions (1st gen)']);
    assert.deepEqual(whats(ofFirst), ['cold, warm']);
  });

  it('is that there was no cold start, where there was none', () => {
    const phases = { ...noPhases, executionMs: null };
    assert.deepEqual(whats(rankedFunction({ name: 'a', coldStarts: 0, cold: none, phases })), ['cold, phases']);
  });

  it('is the reason of a cost that is not known', () => {
    const { unseen } = unseenOf(aWorker);
    assert.match(unseen.find(({ what }) => what === 'cost')?.why ?? '', /CPU time/);
    assert.ok(unseen.some(({ what }) => what === 'cold latency'));
  });

  it('is told of a provider that nobody knows, too', () => {
    const { platforms, page } = unseenOf(rankedFunction({ name: 'a', provider: 'my own' }));
    assert.deepEqual(platforms, []);
    assert.equal(page, 'collector/SOURCES.md');
  });
});
