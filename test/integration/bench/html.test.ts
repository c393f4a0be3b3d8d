/** The page as a reader has it: in a browser, without a network. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlReport } from '#benchmarks/src/report/html/page.js';
import type { Result } from '#benchmarks/src/results/result.js';
import { aloneBench, hostileBench, mixedBench, regressedBench, whyResult } from '../../support/bench-results.ts';
import { findChromium, Page } from '../../support/chromium.ts';
import { removeDirectory, temporaryDirectory } from '../../support/collector.ts';

const chromium = findChromium();

const suite = chromium === null ? describe.skip : describe;

suite(`the page${chromium === null ? ' (skipped: there is no chromium here)' : ''}`, function () {
  this.timeout(60_000);
  let directory: string;
  let page: Page | undefined;

  before(async () => {
    directory = await temporaryDirectory();
  });
  after(() => removeDirectory(directory));
  afterEach(() => {
    page?.close();
    page = undefined;
  });

  const open = async (result: Result): Promise<Page> => {
    const file = join(directory, 'page.html');
    await writeFile(file, htmlReport(result));
    page = await Page.open(chromium ?? '', file);
    return page;
  };
  const count = (selector: string): Promise<number> =>
    (page as Page).evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
  const text = (selector: string): Promise<string> =>
    (page as Page).evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);

  for (const [name, result] of Object.entries({ mixedBench, regressedBench, aloneBench, whyResult, hostileBench })) {
    it(`asks for nothing and complains about nothing: ${name}`, async () => {
      const shown = await open(result);
      assert.deepEqual(shown.complaints, []);
      assert.deepEqual(
        shown.requests.filter((url) => !url.startsWith('data:')),
        [`file://${join(directory, 'page.html')}`],
      );
      assert.equal(await count('details.function'), result.functions.length);
      assert.equal(await shown.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    });
  }

  it('draws the modules of head and base to one scale, and marks what is new', async () => {
    const shown = await open(regressedBench);
    assert.ok((await count('[data-side=head] .frame')) > 50);
    assert.ok((await count('[data-side=base] .frame')) > 50);
    assert.match(await text('[data-side=head] .frame.added'), /^\+ @aws-sdk\/client-s3/);
    assert.equal(await count('[data-side=base] .frame.removed'), 0);
    const width = (side: string): Promise<number> =>
      shown.evaluate(`document.querySelector('[data-side=${side}] .frame').getBoundingClientRect().width`);
    const [head, base] = [await width('head'), await width('base')];
    const { head: headTree, base: baseTree } = regressedBench.functions[0] ?? {};
    const expected = (baseTree?.flame?.totalMs ?? 0) / (headTree?.flame?.totalMs ?? 1);
    assert.ok(Math.abs(base / head - expected) < 0.01, `${base} of ${head} is not ${expected}`);
  });

  it('zooms by click, and out by Escape', async () => {
    const shown = await open(regressedBench);
    const before = await count('[data-side=head] .frame');
    await shown.click('[data-side=head] .frame.added');
    const full = await shown.evaluate<boolean>(
      "(() => { const g = document.querySelector('[data-side=head]'); const f = g.querySelector('.frame.added'); return Math.abs(f.getBoundingClientRect().width - g.getBoundingClientRect().width) < 1; })()",
    );
    assert.equal(full, true);
    assert.equal(await count('[data-side=head] .frame.ancestor'), 2);
    assert.match(await text('.info'), /client-s3\/index\.js: \d+ ms with all it loads .* new/);
    await shown.press('Escape');
    assert.equal(await count('[data-side=head] .frame'), before);
    assert.equal(await count('[data-side=head] .frame.ancestor'), 0);
    assert.deepEqual(shown.complaints, []);
  });

  it('goes by keys: down to the dearest, Enter zooms', async () => {
    const shown = await open(regressedBench);
    await shown.evaluate("document.querySelector('[data-side=head]').focus()");
    await shown.press('ArrowDown');
    assert.match(await text('[data-side=head] .frame.selected'), /src\/db\.ts/);
    assert.match(await text('.info'), /^src\/db\.ts/);
    await shown.press('ArrowDown');
    await shown.press('ArrowRight');
    assert.match(await text('.info'), /^@aws-sdk\/client-s3/);
    await shown.press('Enter');
    assert.equal(await count('[data-side=head] .frame.ancestor'), 2);
    await shown.press('ArrowUp');
    assert.match(await text('.info'), /^src\/db\.ts/);
  });

  it('searches on both sides, and says how many and how long', async () => {
    const shown = await open(regressedBench);
    await shown.press('/');
    await shown.type('client-S3');
    assert.match(await text('.found'), /^head: \d\d+ found, 7\d ms; base: 0 found, 0\.0 ms$/);
    assert.ok((await count('[data-side=head] .frame.match')) > 5);
    assert.equal(await count('[data-side=base] .frame.match'), 0);
  });

  it('colours by package when asked', async () => {
    const shown = await open(regressedBench);
    await shown.evaluate(
      "(() => { const s = document.querySelector('.flames select'); s.value = 'package'; s.dispatchEvent(new Event('change')); })()",
    );
    assert.equal(await count('.frame.added'), 0);
    const looks = await shown.evaluate<number>(
      "new Set([...document.querySelectorAll('[data-side=head] .frame')].map((f) => f.className)).size",
    );
    assert.ok(looks > 4);
  });

  it('runs nothing that a name says', async () => {
    const shown = await open(hostileBench);
    assert.equal(await shown.evaluate('document.querySelectorAll("img, svg[onload], evil").length'), 0);
    assert.equal(await shown.evaluate('document.scripts.length'), 2);
    assert.match(await text('.overview'), /<script>alert\(1\)<\/script>/);
    assert.deepEqual(shown.complaints, []);
  });

  it('is refused by its own policy when a script is put into it', async () => {
    const file = join(directory, 'tampered.html');
    const tampered = htmlReport(mixedBench).replace('</main>', '<script>document.title = "run"</script></main>');
    await writeFile(file, tampered);
    page = await Page.open(chromium ?? '', file);
    assert.doesNotMatch(await page.evaluate<string>('document.title'), /^run$/);
    assert.ok(page.complaints.some((complaint) => /Content Security Policy/.test(complaint)));
  });

  it('has contrast enough for its words, in light and in dark, and shows all of it on paper', async () => {
    const shown = await open(mixedBench);
    const contrast = `(() => {
      const channel = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
      const light = (text) => { const [r, g, b] = rgb(text).map((v) => channel(v / 255)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const behind = (e) => { for (let a = e; a; a = a.parentElement) { const c = getComputedStyle(a).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255,255,255)'; };
      return [...document.querySelectorAll('h1, h2, .note, .chip, td, th, .findings li, .frame:not(:empty), footer')].map((e) => {
        const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
        return { ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), of: e.className + ' ' + e.textContent.slice(0, 30) };
      }).filter(({ ratio }) => ratio < 4.5).map(({ ratio, of }) => ratio.toFixed(2) + ' ' + of); })()`;
    for (const scheme of ['light', 'dark'] as const) {
      await shown.emulate('', scheme);
      assert.deepEqual(await shown.evaluate<string[]>(contrast), [], scheme);
    }
    await shown.evaluate("dispatchEvent(new Event('beforeprint'))");
    assert.equal(await count('details.function:not([open])'), 0);
    // Paper is white, whatever the reader's setting.
    await shown.emulate('print', 'dark');
    assert.deepEqual(await shown.evaluate<string[]>(contrast), [], 'paper');
    assert.equal(await shown.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
    assert.equal(await shown.evaluate("getComputedStyle(document.querySelector('.controls')).display"), 'none');
  });
});
