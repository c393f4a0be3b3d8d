import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { cells } from '#benchmarks/src/cli/cells.js';
import { styleFor, type TerminalStyle, terminalReport } from '#benchmarks/src/report/terminal.js';
import {
  aloneBench,
  benchOf,
  calmBench,
  failed,
  hostileBench,
  largeBench,
  measured,
  mixedBench,
  treeOf,
  whyResult,
} from '../../support/bench-results.ts';
import { compareWithGolden } from './golden.ts';

const results = {
  why: whyResult,
  'why-failed': { ...whyResult, functions: [failed], exitCode: 3 as const },
  'bench-mixed': mixedBench,
  'bench-calm': calmBench,
  'bench-alone': aloneBench,
};

const plain: TerminalStyle = { width: 80, color: false, ascii: false };

describe('the report at a terminal', () => {
  for (const [name, result] of Object.entries(results)) {
    for (const width of [80, 120]) {
      it(`${name} at ${width} columns`, () => {
        const text = terminalReport(result, { ...plain, width });
        compareWithGolden(`${name}-${width}.txt`, text);
        for (const line of text.split('\n')) assert.ok(cells(line) <= width, `wider than ${width}: ${line}`);
      });
    }
  }

  it('is the same text with colours, and nothing but text without', () => {
    for (const result of Object.values(results)) {
      const text = terminalReport(result, plain);
      assert.ok(!text.includes('\u001b'));
      const colored = terminalReport(result, { ...plain, color: true });
      assert.ok(colored.includes('\u001b[1m'));
      const stripped = stripVTControlCharacters(colored).replace(/ +$/gm, '');
      assert.equal(stripped, text);
    }
  });

  it('is ASCII where ASCII is asked for, whatever functions are called', () => {
    for (const result of [...Object.values(results), hostileBench]) {
      assert.match(terminalReport(result, { ...plain, ascii: true }), /^[ -~\n]+$/);
    }
  });

  it('shows no name that a terminal or a runner of GitHub would obey', () => {
    const hostileWhy = { ...hostileBench, kind: 'why' as const };
    for (const [result, width] of [hostileBench, hostileWhy].flatMap((each) =>
      [80, 100, 120].map((w) => [each, w] as const),
    )) {
      const text = terminalReport(result, { ...plain, width });
      assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.doesNotMatch(text, /^\s*::|##\[/m);
      for (const line of text.split('\n')) assert.ok(cells(line) <= width, line);
    }
  });

  it('puts the worst first, and closes with how the check ended', () => {
    const text = terminalReport(mixedBench, plain);
    const order = ['webhook', 'orders', 'weekly-report', 'payments', 'thumbnails'].map((name) =>
      text.indexOf(` ${name}`),
    );
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.match(text, /\n {2}The measurement failed \(exit code 3\)\.\n$/);
    assert.match(terminalReport(calmBench, plain), /The check passed\.\n$/);
  });

  it('names the culprit with its source line', () => {
    assert.match(
      terminalReport(mixedBench, plain),
      /init \+82 ms: @aws-sdk\/client-s3 \(\+79 ms, 214 modules\) newly imported by\s+src\/db\.ts:3/,
    );
  });

  it('gives one line to each of 200 functions', () => {
    const lines = terminalReport(largeBench, plain).split('\n');
    assert.equal(lines.filter((line) => /unchanged +service-\d+/.test(line)).length, 180);
    assert.match(lines[0] ?? '', /20 of 200 functions regressed, 180 unchanged/);
  });

  it('says what could not be seen, and what would show it', () => {
    const hint = 'Run it on Node 22.15 or newer to see ES modules.';
    const result = {
      ...whyResult,
      functions: [measured(100, { head: treeOf('a.js', [], { seen: 'cjs only', hint }) })],
    };
    assert.match(terminalReport(result, plain), /Modules seen: cjs only\. Run it on Node 22\.15 or newer/);
  });

  it('says that nothing was measured', () => {
    assert.match(terminalReport(benchOf([]), plain), /nothing was measured/);
  });
});

describe('the style of a terminal', () => {
  const terminal = { isTTY: true, columns: 200 };
  const cases: readonly [string, { isTTY?: boolean; columns?: number }, NodeJS.ProcessEnv, Partial<TerminalStyle>][] = [
    ['a terminal', terminal, {}, { width: 120, color: true, ascii: false }],
    ['a narrow terminal', { isTTY: true, columns: 40 }, {}, { width: 80 }],
    ['a pipe', {}, {}, { width: 100, color: false }],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, { color: false }],
    ['NO_COLOR before FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, { color: false }],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, { color: true }],
    ['FORCE_COLOR in a pipe', {}, { FORCE_COLOR: '1' }, { color: true }],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, { color: false }],
    ['a locale without UTF-8', terminal, { LC_ALL: 'C' }, { ascii: true }],
    ['a locale with UTF-8', terminal, { LANG: 'de_DE.UTF-8' }, { ascii: false }],
    ['COLDLENS_ASCII', terminal, { COLDLENS_ASCII: '1', LANG: 'de_DE.UTF-8' }, { ascii: true }],
    ['COLDLENS_ASCII=0', terminal, { COLDLENS_ASCII: '0', LC_ALL: 'C' }, { ascii: false }],
  ];
  for (const [name, stream, env, expected] of cases) {
    it(name, () => {
      const style = styleFor(stream, env);
      assert.deepEqual(style, { ...style, ...expected });
    });
  }
});
