import assert from 'node:assert/strict';
import { commentLimit, commentMarker, markdownReport } from '#benchmarks/src/report/markdown.js';
import { aloneBench, benchOf, hostileBench, largeBench, mixedBench, whyResult } from '../../support/bench-results.ts';
import { compareWithGolden } from './golden.ts';

const bytes = (text: string): number => Buffer.byteLength(text);

describe('the report as Markdown', () => {
  for (const [name, result] of Object.entries({
    'bench-mixed': mixedBench,
    'bench-alone': aloneBench,
    why: whyResult,
  })) {
    it(name, () => compareWithGolden(`${name}.md`, markdownReport(result)));
  }

  it('begins with the marker by which it is found again', () => {
    assert.equal(markdownReport(mixedBench).split('\n')[0], commentMarker());
    assert.equal(markdownReport(mixedBench, { name: 'edge' }).split('\n')[0], '<!-- coldlens:edge -->');
  });

  for (const limit of [4_096, 10_000, 20_000, commentLimit, 1_048_576]) {
    it(`stays within ${limit} bytes, and says how many were left out`, () => {
      const text = markdownReport(largeBench, { limit });
      assert.ok(bytes(text) <= limit, `${bytes(text)} bytes`);
      const rows = text.match(/^\| .*service-\d+.*\|$/gm)?.length ?? 0;
      const left = Number(/^(\d+) more functions? (?:is|are) left out of the table/m.exec(text)?.[1] ?? 0);
      assert.equal(rows + left, 200);
      const details = text.match(/^#### /gm)?.length ?? 0;
      const silent = Number(/^(\d+) more functions? (?:is|are) left out of the details/m.exec(text)?.[1] ?? 0);
      assert.equal(details + silent, 20);
      assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
    });
  }

  it('puts the worst first', () => {
    const rows = markdownReport(largeBench)
      .split('\n')
      .filter((line) => line.includes('service-'));
    assert.ok(rows.slice(0, 20).every((row) => row.includes('regressed')));
  });

  it('lets no name become markup, a link, a mention or a comment', () => {
    const text = markdownReport(hostileBench, { limit: 1_048_576 });
    const ours = text.replace(/<code>([^<]*)<\/code>/g, (_, inside: string) => {
      // Inside of code every sign that means something is a reference.
      assert.doesNotMatch(inside.replace(/&(#\d+|nbsp);/g, ''), /[<>&@#|`*_[\]\\$:~]/);
      return '';
    });
    const allowed = /<!-- coldlens:report -->|<\/?(?:details|summary|sub)>/g;
    assert.doesNotMatch(ours.replace(allowed, ''), /[<>]/);
    assert.doesNotMatch(ours, /@|https?:|everyone|octocat|javascript/);
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}]/u);
    for (const line of text.split('\n').filter((row) => row.startsWith('| 🔴'))) {
      assert.equal(line.split('|').length, 9, line);
    }
  });

  it('says that nothing was measured', () => {
    assert.match(markdownReport(benchOf([])), /### coldlens: nothing was measured/);
  });
});
