import assert from 'node:assert/strict';
import type { Key } from 'ink';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { lineText } from '#tui/format/segments.js';
import { actionFor, footerKeys, keyNames, keyTable, type Mode } from '#tui/keys.js';
import { helpLines } from '#tui/screens/help.js';

const modes: readonly Mode[] = ['list', 'filter', 'help'];
const noKey = {} as Key;

describe('the key table', () => {
  it('gives no key two meanings in one mode', () => {
    for (const mode of modes) {
      const keys = keyTable.filter((binding) => binding.modes.includes(mode)).flatMap((binding) => binding.keys);
      assert.deepEqual(keys, [...new Set(keys)]);
    }
  });

  it('lets every mode be left, with Ctrl-C and with Esc', () => {
    for (const mode of modes) {
      assert.equal(actionFor(mode, 'ctrl+c'), 'quit');
      assert.equal(actionFor(mode, 'escape'), 'back');
    }
  });

  it('takes no printable key from what is typed into the filter', () => {
    const printable = keyTable.flatMap(({ modes: where, keys }) =>
      where.includes('filter') ? keys.filter((key) => [...key].length === 1) : [],
    );
    assert.deepEqual(printable, []);
  });

  it('is the help: each binding of the list and of the filter is on the page', () => {
    const page = helpLines(130, unicodeGlyphs).map(lineText).join('\n');
    for (const { modes: where, label, help } of keyTable) {
      if (where[0] === 'help') continue;
      assert.ok(page.includes(label) && page.includes(help), `${label}: ${help}`);
    }
  });

  it('is the footer: each entry is a binding of that mode', () => {
    for (const mode of modes) {
      const words = keyTable.filter((binding) => binding.modes.includes(mode)).map(({ footer }) => footer);
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
