import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { watchedAt } from '#tui/commands/store.js';
import { unicodeGlyphs } from '#tui/format/glyphs.js';
import { emptyLines } from '#tui/screens/messages.js';
import { shellWord } from '#tui/screens/watched.js';

const nothing = { data: undefined, clickhouse: undefined, url: undefined, prices: undefined };
const query = { sinceMs: 86_400_000, sort: 'cold-p99', limit: 20 } as const;
const said = (where: Partial<Parameters<typeof watchedAt>[0]>): string =>
  emptyLines(query, watchedAt({ ...nothing, ...where }), unicodeGlyphs)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');

describe('the empty ranking', () => {
  it('names the data directory that is watched, as a shell takes it', () => {
    assert.match(said({ data: './.coldlens' }), /COLDLENS_ENDPOINT=http:\/\/127\.0\.0\.1:4318\n/);
    assert.match(said({ data: './.coldlens' }), /coldlens collect --data \.\/\.coldlens\n/);
    assert.match(said({ data: "/my data/it's" }), /--data '\/my data\/it'\\''s'\n/);
  });

  it('names the ClickHouse that is watched, without its password', () => {
    const text = said({ clickhouse: 'http://reader:secret@db.example:8123/lens?password=secret' });
    assert.match(text, /coldlens collect --clickhouse http:\/\/db\.example:8123\/lens\n/);
    assert.doesNotMatch(text, /secret/);
  });

  it('sends to the collector that is asked, and starts no other', () => {
    const text = said({ data: './.coldlens', url: 'https://lens.example/' });
    assert.match(text, /COLDLENS_ENDPOINT=https:\/\/lens\.example\n/);
    assert.doesNotMatch(text, /coldlens collect/);
  });
});

describe('a word of a shell', () => {
  for (const text of ['plain-1.2/x', 'a b', "it's", '$HOME `x`', '']) {
    it(`is what was meant: ${JSON.stringify(text)}`, () => {
      const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
      assert.equal(stdout, text);
    });
  }
});
