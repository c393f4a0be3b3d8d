import assert from 'node:assert/strict';
import type { Key } from 'ink';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { lineText } from '#tui/format/segments.js';
import { keyNames } from '#tui/key-names.js';
import { actionFor, bindingsOf, footerKeys, keyTable, type Mode, screenIds } from '#tui/keys.js';
import { helpLines } from '#tui/screens/help.js';

const pages = [...screenIds, 'flat modules', 'flame'] as const;
const modes: readonly Mode[] = [...pages, 'filter', 'palette', 'help'];
const noKey = {} as Key;

describe('the key table', () => {
  it('gives no key two meanings in one mode', () => {
    for (const mode of modes) {
      const keys = bindingsOf(mode).flatMap((binding) => binding.keys);
      assert.deepEqual(keys, [...new Set(keys)]);
    }
  });

  it('lets every mode be left, with Ctrl-C and with Esc', () => {
    for (const mode of modes) {
      assert.equal(actionFor(mode, 'ctrl+c'), 'quit');
      assert.equal(actionFor(mode, 'escape'), 'back');
    }
  });

  it('takes no printable key from what is typed', () => {
    const printable = keyTable.flatMap(({ modes: where, keys }) =>
      where.includes('filter') || where.includes('palette') ? keys.filter((key) => [...key].length === 1) : [],
    );
    assert.deepEqual(printable, []);
  });

  for (const screen of pages) {
    it(`is the help of ${screen}: each of its bindings is on the page`, () => {
      const page = helpLines(screen, 130, unicodeGlyphs).map(lineText).join('\n');
      for (const { label, help } of bindingsOf(screen)) {
        assert.ok(page.includes(label) && page.includes(help), `${label}: ${help}`);
      }
    });
  }

  it('is the footer: each entry is a binding of that mode', () => {
    for (const mode of modes) {
      const words = bindingsOf(mode).map(({ footer }) => footer);
      for (const { word } of footerKeys(mode, unicodeGlyphs)) assert.ok(words.includes(word));
    }
  });
});

describe('key names', () => {
  it('splits batches, and names control characters among them', () => {
    assert.deepEqual(keyNames('jj/a\r', noKey), ['j', 'j', '/', 'a', 'return']);
    assert.deepEqual(keyNames('é👍', noKey), ['é', '👍']);
  });

  it('takes a character with Meta for Esc and the character', () => {
    assert.deepEqual(keyNames('q', { meta: true } as Key), ['escape', 'q']);
  });

  it('ignores the release of a key', () => {
    assert.deepEqual(keyNames('q', { eventType: 'release' } as Key), []);
  });
});
