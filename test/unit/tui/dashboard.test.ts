/** How the dashboard behaves over time: keys, asking, failing, freezing, leaving. */
import assert from 'node:assert/strict';
import type { RankedFunction, Ranking } from '#collector/index.js';
import { asciiGlyphs, unicodeGlyphs } from '#tui/format/glyphs.js';
import { lineText } from '#tui/format/segments.js';
import { helpLines } from '#tui/screens/help.js';
import { answerTimeoutMs, pollMs } from '#tui/state/feed.js';
import { live } from '#tui/state/live.js';
import { functionPage, invocationPage } from './pages.ts';
import { rankedFunction, ranking, sixFunctions } from './rankings.ts';
import { FakeSource, type Stage, settled, stage } from './screen-stage.ts';

const size = { columns: 130, rows: 44 };
const selected = (shown: Stage): string | undefined => /^▶ (\S+)/m.exec(shown.screen())?.[1];

async function leave(shown: Stage): Promise<void> {
  await shown.type('\u001b');
  await new Promise((done) => setTimeout(done, 60)); // Ink waits this long for the rest of an escape sequence.
  await settled();
}

async function withStage(
  source: FakeSource | Promise<FakeSource>,
  play: (shown: Stage) => Promise<void>,
  extra: { progress?: ReturnType<typeof live<string>>; columns?: number; rows?: number } = {},
): Promise<void> {
  const shown = await stage({ ...size, source, ...extra });
  try {
    await play(shown);
  } finally {
    await shown.close();
  }
}

describe('dashboard', () => {
  it('takes a batch of key presses as that many keys', () =>
    withStage(new FakeSource(() => sixFunctions), async (shown) => {
      assert.equal(selected(shown), 'module-scope-work');
      await shown.type('jjj');
      assert.equal(selected(shown), 'logs-only-java');
      await shown.type('k\u001b[B\u001b[Bg');
      assert.equal(selected(shown), 'module-scope-work');
      await shown.type('G');
      assert.equal(selected(shown), 'bare');
    }));

  it('keeps the selection on its function when ranks change', async () => {
    const source = new FakeSource(() => sixFunctions);
    await withStage(source, async (shown) => {
      await shown.type('j');
      assert.equal(selected(shown), 'sdk-s3-upload');
      const [first, second, ...rest] = sixFunctions.functions as [RankedFunction, RankedFunction, ...RankedFunction[]];
      const slowest = { ...first, name: 'slowest' };
      source.answer = () => ranking([slowest, first, second, ...rest]);
      await shown.clock.advance(pollMs);
      assert.match(shown.screen(), /^ {2}slowest .*^▶ sdk-s3-upload/ms);
    });
  });

  it('shows the selected function of a long list in a small window', async () => {
    const many = ranking(Array.from({ length: 90 }, (_, index) => rankedFunction({ name: `function-${index}` })));
    await withStage(
      new FakeSource(() => many),
      async (shown) => {
        for (const [keys, name] of [
          ['G', 'function-89'],
          ['\u001b[5~', 'function-84'],
          ['g', 'function-0'],
          ['\u001b[6~', 'function-5'],
        ] as const) {
          await shown.type(keys);
          assert.equal(selected(shown), name);
        }
      },
      { columns: 40, rows: 8 },
    );
  });

  it('asks with the next sort and orders at once what it has', async () => {
    const source = new FakeSource(() => sixFunctions);
    await withStage(source, async (shown) => {
      source.answer = () => new Promise<never>(() => {});
      await shown.type('sss');
      assert.equal(source.asked.at(-1)?.sort, 'cost');
      assert.match(shown.screen(), /\$\/MONTH▼/);
      assert.match(selected(shown) ?? '', /^esm-date-fns/);
    });
  });

  it('has one request under way at a time, and gives one up that is not answered', async () => {
    const source = new FakeSource(() => new Promise<never>(() => {}));
    await withStage(source, async (shown) => {
      await shown.clock.advance(answerTimeoutMs - 1);
      assert.equal(source.asked.length, 1);
      await shown.clock.advance(1);
      assert.match(shown.screen(), /gave no answer within 10 s/);
      source.answer = () => sixFunctions;
      await shown.clock.advance(2 * pollMs);
      assert.equal(selected(shown), 'module-scope-work');
    });
  });

  it('ignores the late answer of a request that was given up', async () => {
    let answerLate = (_late: Ranking): void => {};
    const late = new Promise<Ranking>((done) => {
      answerLate = done;
    });
    const source = new FakeSource(() => late);
    await withStage(source, async (shown) => {
      await shown.clock.advance(answerTimeoutMs);
      source.answer = () => sixFunctions;
      await shown.clock.advance(2 * pollMs);
      answerLate(ranking([rankedFunction({ name: 'too-late' })]));
      await settled();
      assert.doesNotMatch(shown.screen(), /too-late/);
    });
  });

  it('rests after an answer for nineteen times what it took of the processor, and ten seconds at most', async () => {
    const source = new FakeSource(() => sixFunctions);
    await withStage(source, async (shown) => {
      const askedWhenItTook = async (ms: number, forMs: number): Promise<number> => {
        source.answer = () => {
          shown.clock.takenMs += ms;
          return sixFunctions;
        };
        await shown.type('R');
        const before = source.asked.length;
        await shown.clock.advance(forMs);
        return source.asked.length - before;
      };
      assert.equal(await askedWhenItTook(20, 3 * pollMs), 3);
      assert.equal(await askedWhenItTook(100, 2 * pollMs - 100), 0);
      assert.equal(await askedWhenItTook(100, 3 * pollMs), 1);
      assert.equal(await askedWhenItTook(60_000, 10 * pollMs), 0);
      assert.equal(await askedWhenItTook(60_000, 11 * pollMs), 1);
    });
  });

  it('keeps the last ranking when the source fails, says how old it is, and recovers', async () => {
    const source = new FakeSource(() => sixFunctions);
    await withStage(source, async (shown) => {
      source.answer = () => {
        throw new Error('connect ECONNREFUSED');
      };
      await shown.clock.advance(12_000);
      assert.match(shown.screen(), /stale, 12s old, retry 12/);
      assert.match(shown.screen(), /connect ECONNREFUSED/);
      assert.match(shown.screen(), /module-scope-work/);
      source.answer = () => sixFunctions;
      await shown.clock.advance(pollMs);
      assert.match(shown.screen(), /live, 0s ago/);
    });
  });

  it('asks no more while frozen, but for R', async () => {
    const source = new FakeSource(() => sixFunctions);
    await withStage(source, async (shown) => {
      await shown.type(' ');
      const before = source.asked.length;
      await shown.clock.advance(5000);
      assert.equal(source.asked.length, before);
      assert.match(shown.screen(), /frozen, 5s old/);
      await shown.type('R');
      assert.equal(source.asked.length, before + 1);
      await shown.type(' ');
      assert.match(shown.screen(), /live/);
    });
  });

  it('types into the filter what elsewhere are commands, and Esc drops it', () =>
    withStage(new FakeSource(() => sixFunctions), async (shown) => {
      await shown.type('/sq');
      assert.equal(shown.hasEnded(), false);
      assert.match(shown.screen(), /No function matches sq/);
      await shown.type('\u007f');
      await shown.type('\r');
      assert.match(shown.screen(), /5 of 6 functions/);
      await leave(shown);
      assert.match(shown.screen(), /^6 functions/m);
    }));

  it('looks for a half-typed expression as plain text and says so', () =>
    withStage(new FakeSource(() => sixFunctions), async (shown) => {
      await shown.type('/sdk(');
      assert.match(shown.screen(), /as plain text/);
    }));

  it('shows the progress until there is something to rank, then above the footer', async () => {
    const progress = live('starting ClickHouse');
    const source = new FakeSource(() => ranking([]));
    let open = (_opened: FakeSource): void => {};
    const opening = new Promise<FakeSource>((done) => {
      open = done;
    });
    await withStage(
      opening,
      async (shown) => {
        assert.match(shown.screen(), /starting ClickHouse…/);
        progress.set('cold start 1 of 18');
        open(source);
        await settled();
        assert.match(shown.screen(), /cold start 1 of 18…/);
        source.answer = () => sixFunctions;
        await shown.clock.advance(pollMs);
        assert.match(shown.screen(), /cold start 1 of 18\n↑↓ move/);
        progress.set('');
        await settled();
        assert.doesNotMatch(shown.screen(), /cold start 1/);
      },
      { progress },
    );
  });

  it('opens a function and one of its cold starts, and Esc comes back to where one was', async () => {
    const source = new FakeSource(() => sixFunctions);
    const asked: unknown[] = [];
    source.functionPage = async (query) => {
      asked.push(query.name);
      return functionPage;
    };
    source.invocationPage = async (query) => {
      asked.push(query.invocationId);
      return invocationPage;
    };
    await withStage(source, async (shown) => {
      await shown.type('jj\r');
      assert.match(shown.screen(), /^coldlens · esm-date-fns/);
      await shown.type('jj\r');
      assert.match(shown.screen(), /› 8f52c0de/);
      const second = functionPage.recentColdStarts[2]?.invocationId;
      assert.deepEqual(asked, ['esm-date-fns-formatter-with-a-rather-long-name', second]);
      await leave(shown);
      assert.match(shown.screen(), /▶ 43m /);
      await leave(shown);
      assert.match(selected(shown) ?? '', /^esm-date-fns/);
      await leave(shown);
      assert.equal(shown.hasEnded(), false, 'Esc on the first screen stays there');
    });
  });

  it('asks only for the screen on top', async () => {
    const source = new FakeSource(() => sixFunctions);
    let pages = 0;
    source.functionPage = async () => {
      pages += 1;
      return functionPage;
    };
    await withStage(source, async (shown) => {
      await shown.type('\r');
      const rankings = source.asked.length;
      await shown.clock.advance(10_000);
      assert.equal(source.asked.length, rankings);
      assert.equal(pages, 3);
      await leave(shown);
      await shown.clock.advance(5_000);
      assert.ok(source.asked.length > rankings + 4);
      assert.equal(pages, 3);
    });
  });

  it('shows nothing of one function on the page of another', async () => {
    const source = new FakeSource(() => sixFunctions);
    source.functionPage = async () => functionPage;
    await withStage(source, async (shown) => {
      await shown.type('\r');
      assert.match(shown.screen(), /Cold against warm/);
      source.functionPage = () => new Promise<never>(() => {});
      await shown.type(':bare\r');
      assert.match(shown.screen(), /^coldlens · bare/);
      assert.match(shown.screen(), /Waiting for the function/);
    });
  });

  it('goes where the palette is told to, and copies what is selected', async () => {
    const source = new FakeSource(() => sixFunctions);
    source.functionPage = async () => functionPage;
    await withStage(source, async (shown) => {
      await shown.type('jy');
      assert.equal((JSON.parse(shown.copied[0] ?? '') as RankedFunction).name, 'sdk-s3-upload');
      assert.match(shown.screen(), /copied$/);
      await shown.clock.advance(4_000);
      assert.match(shown.screen(), /2\/6$/);
      await shown.type(':q');
      assert.equal(shown.hasEnded(), false, 'q is typed');
      await shown.type('uit\r');
      assert.equal(shown.hasEnded(), true);
    });
  });

  it('orders by any column, names from a to z, and groups', () =>
    withStage(new FakeSource(() => sixFunctions), async (shown) => {
      await shown.type('SSS');
      assert.equal(selected(shown), 'bare');
      await shown.type('bbb');
      assert.match(shown.screen(), /^nodejs24.x · 5 functions .*\n▶ bare/m);
      assert.match(shown.screen(), /^java25 · 1 function · .*\n {2}logs-only-java/m);
    }));

  it('scrolls its help to the end, also below notices, and no further', async () => {
    const notices = ['one', 'two', 'three'];
    const shown = await stage({ columns: 80, rows: 18, source: new FakeSource(() => sixFunctions), notices });
    try {
      await shown.type('?G');
      const last = shown.screen();
      assert.ok(last.includes(lineText(helpLines('functions', 80, unicodeGlyphs).at(-1) ?? []).trim()));
      await shown.type('jj');
      assert.equal(shown.screen(), last);
      await shown.type('k');
      assert.notEqual(shown.screen(), last);
    } finally {
      await shown.close();
    }
  });

  it('shows nothing but ASCII where that is wished, whatever is typed and said', async () => {
    const source = new FakeSource(() => sixFunctions);
    const shown = await stage({ ...size, source, glyphs: asciiGlyphs, notices: ['größer'] });
    try {
      await shown.type('/größe\r');
      assert.match(shown.screen(), /^[ -~\n]+$/);
      assert.match(shown.screen(), /No function matches/);
      source.answer = () => {
        throw new Error('größer');
      };
      await shown.clock.advance(2 * pollMs);
      assert.match(shown.screen(), /^[ -~\n]+$/);
    } finally {
      await shown.close();
    }
  });

  for (const [name, keys] of [
    ['q', 'q'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-C while filtering', '/abc\u0003'],
    ['q in the help', '?q'],
  ] as const) {
    it(`ends on ${name}`, () =>
      withStage(new FakeSource(() => sixFunctions), async (shown) => {
        await shown.type(keys);
        assert.equal(shown.hasEnded(), true);
      }));
  }

  it('ends when the source cannot be opened', () =>
    withStage(Promise.reject(new Error('cannot open')), async (shown) => {
      await settled();
      assert.equal(shown.hasEnded(), true);
    }));

  it('lets nothing of a hostile name reach the terminal as a command', async () => {
    const name = 'a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\u202eevil\u0000\n\u0007';
    const hostile = rankedFunction({ name, region: name, runtime: name, account: name, version: name });
    await withStage(
      new FakeSource(() => ranking([hostile])),
      async (shown) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        const withoutStyles = shown.raw().replace(/\u001b\[[0-9;]*m/g, '');
        assert.doesNotMatch(withoutStyles, /(?!\n)[\p{Cc}\p{Cf}]/u);
        assert.match(shown.screen(), /abc/);
      },
      { columns: 200, rows: 44 },
    );
  });
});
