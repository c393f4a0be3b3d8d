/** Hostile names through everything that is printed: what comes out holds nothing that a terminal, a CI, Markdown or HTML obeys. */
import assert from 'node:assert/strict';
import { githubAnnotations, gitlabCodeQuality } from '#benchmarks/src/report/annotations.js';
import { badge } from '#benchmarks/src/report/badge.js';
import { printableJson } from '#benchmarks/src/report/format/json.js';
import { htmlReport } from '#benchmarks/src/report/html/page.js';
import { junitReport } from '#benchmarks/src/report/junit.js';
import { markdownReport } from '#benchmarks/src/report/markdown.js';
import { styleFor } from '#benchmarks/src/report/terminal/style.js';
import { terminalReport } from '#benchmarks/src/report/terminal.js';
import type { MonthlyBill } from '#collector/index.js';
import { printable } from '#collector/printable.js';
import { createLog, type LogFormat } from '#collector/watch/log.js';
import type { RankingFormat } from '#tui/cli/option-table.js';
import { asText } from '#tui/commands/doctor.js';
import { clean } from '#tui/format/clean.js';
import { printBill } from '#tui/print/bill.js';
import { safeJson } from '#tui/print/json.js';
import { type PrintedPage, printPage } from '#tui/print/page.js';
import { type AnswerOf, type PrintedId, printedPages } from '#tui/print/pages.js';
import { printRanking } from '#tui/print/ranking.js';
import { hostileBench, hostileNames } from '../../support/bench-results.ts';
import { everywhere } from './everywhere.ts';
import { benchRuns, illHealth, liveInvocations } from './more-pages.ts';
import { functionView, invocationPage, moduleTree, upload } from './pages.ts';
import { rankedFunction, ranking } from './rankings.ts';

type Print = (stream: { write(part: string, done: () => void): void }) => Promise<void>;

const printed = async (print: Print): Promise<string> => {
  let text = '';
  await print({
    write: (part, done) => {
      text += part;
      done();
    },
  });
  return text;
};

const billOf = (name: string): MonthlyBill => {
  const place = { provider: name, region: name, product: name };
  const totals = { totalUsd: '1', complete: false, unverified: true };
  const line = { ...place, arch: name, unit: name, units: '1', chargedUnits: '1', usd: '1' };
  const { arch, unit } = line;
  return {
    ...{ since: '2026-11-12T12:00:00.000Z', until: '2026-11-22T12:00:00.000Z', prices: '2026-09-19' },
    ...{ freeTier: true, scaledFromDays: null, ...totals },
    accounts: [
      {
        ...{ provider: name, account: name, ...totals, remarks: [name] },
        lines: [{ ...line, source: name, date: '2026-09-19', unverified: true }],
        unpriced: [{ ...place, arch, unit, units: '1', reason: name }],
      },
    ],
  };
};

const ranked = (name: string) =>
  ranking([
    rankedFunction({ name, provider: name, account: name, region: name, runtime: name, version: name, arch: name }),
  ]);

const style = styleFor({ isTTY: false } as never, {});

const logged = (format: LogFormat, name: string): string => {
  let text = '';
  const log = createLog({
    ...{ format, level: 'info' },
    to: (line) => {
      text += line;
    },
  });
  log.write('info', name, { reason: name });
  return text;
};

type PrintOne = (name: string, format: RankingFormat, stream: Parameters<Print>[0]) => Promise<void>;

const pageOf =
  <const Id extends PrintedId>(id: Id, answer: AnswerOf<Id>): PrintOne =>
  (name, format, stream) =>
    printPage(
      printedPages[id] as unknown as PrintedPage<AnswerOf<Id>, unknown>,
      everywhere(answer, name),
      format,
      stream,
    );

/** All that there are, by the type. */
const pages: Readonly<Record<PrintedId, PrintOne>> = {
  function: pageOf('function', { ...functionView, uploads: [upload] }),
  invocation: pageOf('invocation', invocationPage),
  modules: pageOf('modules', moduleTree),
  live: pageOf('live', liveInvocations),
  benchmarks: pageOf('benchmarks', benchRuns),
  health: pageOf('health', illHealth),
};

const formatNames = { table: 'a table', csv: 'CSV', json: 'JSON', markdown: 'Markdown' } as const;

/** By where it goes. */
const outputs: Readonly<Record<string, (name: string) => string | Promise<string>>> = {
  'a cleaned text': clean,
  'a message of the collector': (name) => `The server said: ${printable(name)}`,
  'a line of the log': (name) => logged('text', name),
  'a line of the log as JSON': (name) => logged('json', name),
  'the ranking as a table': (name) => printed((stream) => printRanking(ranked(name), 'table', stream)),
  'the ranking as CSV': (name) => printed((stream) => printRanking(ranked(name), 'csv', stream)),
  'the ranking as JSON': (name) => printed((stream) => printRanking(ranked(name), 'json', stream)),
  'the ranking as Markdown': (name) => printed((stream) => printRanking(ranked(name), 'markdown', stream)),
  ...Object.fromEntries(
    Object.entries(pages).flatMap(([page, print]) =>
      (['table', 'csv', 'json', 'markdown'] as const).map((format) => [
        `the screen of ${page} as ${formatNames[format]}`,
        (name: string) => printed((stream) => print(name, format, stream)),
      ]),
    ),
  ),
  'the bill as a table': (name) => printed((stream) => printBill(billOf(name), 'table', stream)),
  'the bill as CSV': (name) => printed((stream) => printBill(billOf(name), 'csv', stream)),
  'the bill as JSON': (name) => printed((stream) => printBill(billOf(name), 'json', stream)),
  'the bill as Markdown': (name) => printed((stream) => printBill(billOf(name), 'markdown', stream)),
  'the doctor': (name) => asText([{ name: 'check', status: 'fail', detail: name, next: name }]),
  'JSON of a command': (name) => safeJson({ [name]: name }),
  'JSON of a report': (name) => printableJson({ [name]: name }),
};

/** Of a whole report, in which every text is hostile at once. */
const reports: Readonly<Record<string, () => string>> = {
  'the report on a terminal': () => terminalReport(hostileBench, style),
  'the report as Markdown': () => markdownReport(hostileBench, { limit: 1_048_576 }),
  'the report as JUnit': () => junitReport(hostileBench),
  'the report as HTML': () => htmlReport(hostileBench),
  'the report as a badge': () => badge(hostileBench),
  'the report as code quality': () => gitlabCodeQuality(hostileBench),
};

/** Controls but for the line's end, C1, bidi controls, and lone surrogates. */
const obeyed = /[^\P{Cc}\r\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
const workflowCommand = /^\s*::[a-z-]+.*::|##(\[|vso\[)/im;

/** The whole text would be pages. */
const assertNone = (text: string, pattern: RegExp, what = ''): void => {
  const found = pattern.exec(text);
  const around = found && text.slice(Math.max(0, found.index - 60), found.index + 60);
  assert.equal(found && JSON.stringify(around), null, what);
};

const assertHarmless = (text: string, what: string): void => {
  assertNone(text, obeyed, what);
  assertNone(text, workflowCommand, what);
};

/** Signs of which a name could make elements, links and mentions, outside of what was escaped. */
const markup = /<(script|img|svg|evil)|\]\(|(^|[^\w&#;])@(everyone|octocat)|https:\/\/evil/i;

/** What is no text between fences, which nobody obeys: a fence ends at the first line with as many backticks. */
const unfenced = (text: string): string => text.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1`*$/gm, '');

describe('what is printed', () => {
  for (const [what, print] of Object.entries(outputs)) {
    it(`as ${what} holds nothing that is obeyed`, async () => {
      for (const name of hostileNames) {
        const text = await print(name);
        assertHarmless(text, JSON.stringify(name));
        if (what.endsWith('Markdown')) assertNone(unfenced(text), markup, JSON.stringify(name));
        if (what.endsWith('JSON')) assert.doesNotThrow(() => JSON.parse(text));
      }
    });
  }

  for (const [what, print] of Object.entries(reports)) {
    it(`as ${what} holds nothing that is obeyed`, () => {
      const text = print();
      assertHarmless(text, what);
      if (/Markdown|HTML|JUnit/.test(what)) assertNone(text, /<(img|svg\/|evil)/i);
      if (/Markdown/.test(what)) assertNone(text, markup);
    });
  }

  it('as annotations begins no command but its own', () => {
    const lines = githubAnnotations(hostileBench).trimEnd().split('\n');
    assert.doesNotMatch(lines.join('\n'), obeyed);
    for (const line of lines) assert.match(line, /^::(error|warning|notice) /);
  });
});
