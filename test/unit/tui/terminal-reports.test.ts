/** What a terminal reports is told apart from what is typed, in however many pieces it comes. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { FilteredInput, type RawInput, sequenceWaitMs } from '#tui/terminal/input.js';
import { createReportParser, type Report } from '#tui/terminal/reports.js';

const esc = '\u001b';

/** All that comes out of these pieces. */
function parted(...chunks: string[]): { typed: string; reports: Report[]; pending: string } {
  const parser = createReportParser();
  const parts = chunks.map((chunk) => parser.push(chunk));
  return {
    typed: parts.map(({ typed }) => typed).join(''),
    reports: parts.flatMap(({ reports }) => reports),
    pending: parser.flush(),
  };
}

const ground = { kind: 'ground', red: 1, green: 0, blue: 1 } as const;
const click = { kind: 'mouse', what: 'click', column: 9, row: 4 } as const;

describe('what a terminal reports', () => {
  for (const [what, text, reports] of [
    ['the ground, ended by BEL', `${esc}]11;rgb:ffff/0000/ffff\u0007`, [ground]],
    ['the ground, ended by ST', `${esc}]11;rgb:ff/00/ff${esc}\\`, [ground]],
    ['the ground, see-through', `${esc}]11;rgba:ffff/0000/ffff/8000${esc}\\`, [ground]],
    ['which terminal it is', `${esc}[?62;4;22c`, [{ kind: 'attributes' }]],
    ['a click', `${esc}[<0;10;5M`, [click]],
    ['a click with Ctrl', `${esc}[<16;10;5M`, [click]],
    ['the wheel, up', `${esc}[<64;10;5M`, [{ ...click, what: 'wheelUp' }]],
    ['the wheel, down', `${esc}[<65;10;5M`, [{ ...click, what: 'wheelDown' }]],
    ['a button that is let go', `${esc}[<0;10;5m`, []],
    ['a pointer that moves', `${esc}[<35;10;5M`, []],
    ['another button', `${esc}[<2;10;5M`, []],
    ['a colour that is none', `${esc}]11;rgb:zz/00/ff\u0007`, []],
    ['a title that nobody asked for', `${esc}]l${'evil'.repeat(20)}${esc}\\`, []],
    ['a mouse report that is none', `${esc}[<;;M`, []],
  ] as const) {
    it(`is taken out: ${what}, in any pieces, between keys`, () => {
      assert.deepEqual(parted(`a${text}b`), { typed: 'ab', reports, pending: '' });
      for (let at = 1; at < text.length; at += 1) {
        assert.deepEqual(parted(`a${text.slice(0, at)}`, `${text.slice(at)}b`), { typed: 'ab', reports, pending: '' });
      }
      assert.deepEqual(parted('a', ...text, 'b'), { typed: 'ab', reports, pending: '' });
    });
  }

  for (const keys of [
    'jj/abc\r',
    `${esc}[A${esc}[1;5B${esc}OP`,
    `${esc}q`,
    `${esc}${esc}[A`,
    'é👍\u0003',
    `${esc}[200~p${esc}[201~`,
  ]) {
    it(`leaves keys as they are: ${JSON.stringify(keys)}`, () => {
      assert.deepEqual(parted(keys), { typed: keys, reports: [], pending: '' });
      const { typed, reports, pending } = parted(...keys);
      assert.deepEqual([typed + pending, reports], [keys, []]);
    });
  }

  it('gives out an Esc that nothing follows, and what never ends', () => {
    assert.deepEqual(parted(`a${esc}`), { typed: 'a', reports: [], pending: esc });
    const endless = `${esc}]11;rgb:${'f'.repeat(5_000)}`;
    const { typed, pending } = parted(endless);
    assert.equal(typed + pending, endless);
    assert.equal(pending, '');
  });
});

class FakeInput extends EventEmitter implements RawInput {
  #waiting: string[] = [];
  readonly raw: boolean[] = [];
  setEncoding(): void {}
  setRawMode(isRaw: boolean): void {
    this.raw.push(isRaw);
  }
  read(): string | null {
    return this.#waiting.shift() ?? null;
  }
  give(...chunks: string[]): void {
    this.#waiting.push(...chunks);
    this.emit('readable');
  }
}

describe('the keyboard behind the filter', () => {
  const begun = () => {
    const from = new FakeInput();
    const reports: Report[] = [];
    const raw: boolean[] = [];
    const input = new FilteredInput(from, { onReport: (report) => reports.push(report), onRaw: (is) => raw.push(is) });
    let typed = '';
    input.on('readable', () => {
      typed += input.read() ?? '';
    });
    input.setRawMode(true);
    return { from, input, reports, raw, typed: () => typed };
  };

  it('gives keys at once, and reports to whom they are for', () => {
    const { from, reports, typed } = begun();
    from.give('j', `j${esc}[<64;1;1M`, '/a');
    assert.equal(typed(), 'jj/a');
    assert.equal(reports.length, 1);
  });

  it('waits for the rest of a sequence, and gives a single Esc after a moment', async () => {
    const { from, typed } = begun();
    from.give(esc);
    await sleep(sequenceWaitMs / 4);
    assert.equal(typed(), '');
    from.give('[B');
    assert.equal(typed(), `${esc}[B`);
    from.give(esc);
    await sleep(sequenceWaitMs * 2);
    assert.equal(typed(), `${esc}[B${esc}`);
  });

  it('listens while the terminal is raw only, and forgets what had begun', async () => {
    const { from, input, raw, typed } = begun();
    from.give(`${esc}[`);
    input.setRawMode(false);
    assert.equal(from.listenerCount('readable'), 0);
    input.setRawMode(true);
    from.give('Bx');
    await sleep(sequenceWaitMs * 2);
    assert.equal(typed(), 'Bx');
    assert.deepEqual(raw, [true, false, true]);
    assert.deepEqual(from.raw, [true, false, true]);
  });
});
