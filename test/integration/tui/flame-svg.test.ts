/** The exported flame graph in a real browser. Skipped where there is none. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flameSvg } from '#tui/print/flame-files.js';
import { hostileNames } from '../../support/bench-results.ts';
import { findChromium, Page } from '../../support/chromium.ts';
import { everywhere } from '../../unit/tui/everywhere.ts';
import { moduleTree } from '../../unit/tui/pages.ts';

describe('the flame graph as SVG', function () {
  this.timeout(60_000);
  let directory = '';
  let chromium = '';
  before(function () {
    chromium = findChromium() ?? '';
    if (chromium === '') this.skip();
    directory = mkdtempSync(join(tmpdir(), 'coldlens-svg-'));
  });
  after(() => {
    if (directory !== '') rmSync(directory, { recursive: true, force: true });
  });

  const opened = async (svg: string): Promise<Page> => {
    const file = join(directory, 'flame.svg');
    writeFileSync(file, svg);
    return Page.open(chromium, file);
  };

  it('is drawn: every module is a block within that of who asked for it, with its name on it', async () => {
    const page = await opened(flameSvg(moduleTree));
    try {
      assert.equal(await page.evaluate('document.documentElement.localName'), 'svg');
      assert.equal(await page.evaluate('document.querySelectorAll("rect").length'), moduleTree.modules.length);
      const widths = await page.evaluate<number[]>(
        '[...document.querySelectorAll("rect")].map((block) => Math.round(block.getBoundingClientRect().width))',
      );
      assert.equal(widths[0], Math.max(...widths));
      // Letters are no wider than the block that they stand on.
      const isInside = await page.evaluate<boolean>(`[...document.querySelectorAll("g")].every((g) => {
        const [block, text] = [g.querySelector("rect").getBoundingClientRect(), g.querySelector("text").getBoundingClientRect()];
        return text.width === 0 || text.right <= block.right + 2;
      })`);
      assert.equal(isInside, true);
      assert.deepEqual(page.complaints, []);
    } finally {
      await page.close();
    }
  });

  it('does nothing that a name says, and asks for nothing', async () => {
    for (const name of hostileNames.slice(0, 6)) {
      const page = await opened(flameSvg(everywhere(moduleTree, name)));
      try {
        assert.equal(await page.evaluate('document.querySelectorAll("script, image, foreignObject, a").length'), 0);
        assert.deepEqual(page.complaints, []);
        assert.equal(page.requests.length, 1, page.requests.join(' '));
      } finally {
        await page.close();
      }
    }
  });
});
