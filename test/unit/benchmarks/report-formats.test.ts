/** JUnit, annotations, badge, and the figures that all reports write alike. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { githubAnnotations, gitlabCodeQuality } from '#benchmarks/src/report/annotations.js';
import { badge } from '#benchmarks/src/report/badge.js';
import { printableJson } from '#benchmarks/src/report/format/json.js';
import {
  formatBytes,
  formatMs,
  formatPercent,
  formatUsd,
  percentInterval,
  signed,
} from '#benchmarks/src/report/format/numbers.js';
import { htmlReport } from '#benchmarks/src/report/html/page.js';
import { junitReport } from '#benchmarks/src/report/junit.js';
import {
  aloneBench,
  benchOf,
  calmBench,
  hostileBench,
  inconclusive,
  largeBench,
  mixedBench,
  regressed,
  regressedBench,
  whyResult,
} from '../../support/bench-results.ts';
import { compareWithGolden } from './golden.ts';

const all = { mixedBench, aloneBench, hostileBench, largeBench, whyResult, calmBench, empty: benchOf([]) };

const hasXmllint = spawnSync('xmllint', ['--version'], { stdio: 'ignore' }).status === 0;

/** Well-formed as far as we can tell without a parser: tags close in order, and no character is forbidden. */
const assertWellFormed = (xml: string): void => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML forbids
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  assert.ok(xml.isWellFormed());
  assert.doesNotMatch(xml, /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/);
  const open: string[] = [];
  for (const [, closing, name, attributes, selfClosing] of xml.matchAll(
    /<(\/?)([a-zA-Z]+)((?: [a-zA-Z-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    assert.ok(attributes !== undefined);
    if (closing) assert.equal(open.pop(), name);
    else if (!selfClosing) open.push(name ?? '');
  }
  assert.deepEqual(open, []);
};

describe('the report as JUnit', () => {
  it('of one of everything', () => compareWithGolden('bench-mixed.junit.xml', junitReport(mixedBench)));

  for (const [name, result] of Object.entries(all)) {
    it(`is well-formed: ${name}`, () => assertWellFormed(junitReport(result).replace(/^<\?xml.*\?>\n/, '')));
  }

  it(`is XML to a real parser${hasXmllint ? '' : ' (skipped: there is no xmllint here)'}`, function () {
    if (!hasXmllint) this.skip();
    for (const result of Object.values(all)) {
      for (const xml of [junitReport(result), badge(result)]) {
        const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '-'], { input: xml, encoding: 'utf8' });
        assert.equal(status, 0, stderr);
      }
    }
  });

  it('fails an inconclusive comparison only where that was asked for', () => {
    assert.match(junitReport(benchOf([inconclusive])), /failures="0" errors="0" skipped="1"/);
    const strict = benchOf([inconclusive]);
    const { gate } = strict.settings;
    const result = { ...strict, settings: { ...strict.settings, gate: gate && { ...gate, strict: true } } };
    assert.match(junitReport(result), /failures="1" errors="0" skipped="0"/);
  });
});

describe('annotations of GitHub', () => {
  it('stand at the import that is guilty', () => {
    const lines = githubAnnotations(regressedBench).split('\n');
    assert.match(
      lines[0] ?? '',
      /^::error file=src\/db\.ts,line=3,title=coldlens%3A orders%3A cold CPU%2C modules%2C bytes::/,
    );
    assert.match(lines[0] ?? '', /cold CPU \+27\.5 %25 .*%0Ainit \+82 ms: @aws-sdk\/client-s3/);
    assert.match(lines[1] ?? '', /^::error file=src\/orders\.ts,title=.*::budget coldP50Ms: 398 ms of 350 ms$/);
  });

  it('lie below the top of the repository, wherever the command ran', () => {
    const [first] = githubAnnotations({ ...regressedBench, directory: 'packages/shop/' }).split('\n');
    assert.match(first ?? '', /^::error file=packages\/shop\/src\/db\.ts,line=3,/);
    const [row] = JSON.parse(gitlabCodeQuality({ ...regressedBench, directory: 'packages/shop/' }));
    assert.equal(row.location.path, 'packages/shop/src/db.ts');
  });

  it('are at most 10 of a kind, the last of which says how many more', () => {
    const many = benchOf([
      ...Array.from({ length: 14 }, (_, index) => ({ ...regressed, name: `f${index}`, budgets: [] })),
      ...Array.from({ length: 11 }, (_, index) => ({ ...inconclusive, name: `i${index}` })),
    ]);
    const lines = githubAnnotations(many).trimEnd().split('\n');
    const kinds = Object.groupBy(lines, (line) => /^::(\w+) /.exec(line)?.[1] ?? 'no command');
    assert.deepEqual(Object.keys(kinds), ['error', 'warning']);
    assert.equal(kinds.error?.length, 10);
    assert.equal(kinds.warning?.length, 10);
    assert.match(kinds.error?.at(-1) ?? '', /::5 more of these/);
    assert.match(kinds.warning?.at(-1) ?? '', /::2 more of these/);
  });

  it('hold one command a line, whatever functions are called', () => {
    for (const line of githubAnnotations(hostileBench).trimEnd().split('\n')) {
      assert.match(line, /^::error (?:file=[^:,\r\n]*,(?:line=\d+,)?)?title=[^:,\r\n]*::[^\r\n]*$/);
    }
  });

  it('are not there where all is well', () => assert.equal(githubAnnotations(calmBench), ''));
});

describe("GitLab's code quality report", () => {
  it('has what GitLab asks for', () => {
    const issues = JSON.parse(gitlabCodeQuality(mixedBench)) as Record<string, never>[];
    assert.equal(issues.length, 4);
    assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, 4);
    for (const { description, check_name, fingerprint, severity, location } of issues) {
      assert.ok(typeof description === 'string' && typeof check_name === 'string');
      assert.match(fingerprint ?? '', /^[0-9a-f]{64}$/);
      assert.match(severity ?? '', /^(info|minor|major|critical|blocker)$/);
      const { path, lines } = location as unknown as { path: string; lines: { begin: number } };
      assert.ok(!path.startsWith('.') && !path.startsWith('/') && lines.begin >= 1);
    }
  });

  it('knows a finding again when only its figures have changed', () => {
    const slower = {
      ...regressed,
      metrics: regressed.metrics.map((metric) => ({ ...metric, head: { ...metric.head, p50: 999 } })),
    };
    const of = (fn: typeof regressed): string[] =>
      (JSON.parse(gitlabCodeQuality(benchOf([fn]))) as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint);
    assert.deepEqual(of(slower), of(regressed));
  });
});

describe('the badge', () => {
  const cases: readonly [string, Parameters<typeof badge>[0], string][] = [
    ['one function', whyResult, 'cold start: 398 ms'],
    ['several functions', aloneBench, 'cold start: 150 to 335 ms'],
    ['one that regressed', benchOf([regressed]), 'cold start: regressed +27.5 %'],
    ['one of several', regressedBench, 'cold start: 1 regressed'],
    ['the worst of all', mixedBench, 'cold start: 1 failed'],
    ['nothing', benchOf([]), 'cold start: nothing measured'],
  ];
  for (const [name, result, label] of cases) {
    it(name, () => {
      assert.equal(/aria-label="([^"]*)"/.exec(badge(result))?.[1], label);
      assertWellFormed(badge(result));
      assert.doesNotMatch(badge(result).replace('http://www.w3.org/2000/svg', ''), /https?:|href|url\((?!#r\))/);
    });
  }
});

describe('the page as text', () => {
  it('names no address, and holds no text that could end its own script', () => {
    for (const result of Object.values(all)) {
      const page = htmlReport(result);
      assert.equal(page.match(/<\/script>/g)?.length, 2);
      assert.equal(page.match(/<script/g)?.length, 2);
      assert.doesNotMatch(page, /(?:src|href|action)="(?!#|data:,)/);
    }
  });

  it('stays small: 200 functions with their graphs are below 8 MB', () => {
    assert.ok(htmlReport(largeBench).length < 8 * 2 ** 20);
  });
});

describe('figures', () => {
  const cases: readonly [string, string][] = [
    [formatMs(null), '-'],
    [formatMs(0.001), '0'],
    [formatMs(0.42), '0.42'],
    [formatMs(9.96), '10'],
    [formatMs(-12.4), '-12'],
    [formatMs(12_345.6), '12,346'],
    [signed(formatMs, 84.2), '+84'],
    [signed(formatMs, -3.14), '-3.1'],
    [signed(formatMs, 0.001), '0'],
    [formatPercent(0.2744), '+27.4 %'],
    [formatPercent(-0.0001), '0 %'],
    [formatPercent(3.2), '+320 %'],
    [percentInterval({ ciLow: -0.106, ciHigh: 0.202 }), '-10.6 to +20.2 %'],
    [formatBytes(999), '999 B'],
    [formatBytes(9_100), '8.9 kB'],
    [formatBytes(2_610_000), '2.5 MB'],
    [formatUsd('0.6350'), '$0.64'],
    [formatUsd('-0.6350'), '-$0.64'],
    [formatUsd('0'), '$0'],
    [formatUsd(''), '-'],
    [formatUsd(null), '-'],
    [formatUsd('0.00000021'), '$2.1e-7'],
    [formatUsd('12345.6'), '$12.3k'],
  ];
  for (const [actual, expected] of cases) it(expected, () => assert.equal(actual, expected));

  it('JSON reads back as the same text, and holds nothing that a terminal obeys', () => {
    const json = printableJson(hostileBench);
    assert.deepEqual(JSON.parse(json), hostileBench);
    assert.doesNotMatch(json, /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
