import assert from 'node:assert/strict';
import { createLog, type LogFormat, type LogLevel } from '#collector/watch/log.js';

/** A log with a clock that stands still unless it is moved. */
function logged(format: LogFormat, level: LogLevel = 'debug') {
  const lines: string[] = [];
  const clock = { ms: Date.UTC(2026, 10, 22, 18, 0, 0, 123) };
  const log = createLog({ format, level, to: (line) => lines.push(line), now: () => clock.ms });
  return { log, lines, clock };
}

describe("the collector's log", () => {
  it('writes one JSON object a line', () => {
    const { log, lines } = logged('json');
    log.write('info', 'Listening.', { url: 'http://127.0.0.1:4318', port: 4318, tls: false, last: null });
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [
        {
          ...{ time: '2026-11-22T18:00:00.123Z', level: 'info', msg: 'Listening.' },
          ...{ url: 'http://127.0.0.1:4318', port: 4318, tls: false, last: null },
        },
      ],
    );
    assert.match(lines[0] ?? '', /^[^\n]+\n$/);
  });

  it('writes a line for people', () => {
    const { log, lines } = logged('text');
    log.write('info', 'Listening.', { port: 4318 });
    log.write('warn', 'Inserts fail.');
    assert.deepEqual(lines, ['coldlens: Listening. (port=4318)\n', 'coldlens: warn: Inserts fail.\n']);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = logged('text', 'warn');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log.write(level, `${level}.`);
    assert.deepEqual(lines, ['coldlens: warn: warn.\n', 'coldlens: error: error.\n']);
  });

  it('holds back what fails again and again, and says how much', () => {
    const { log, lines, clock } = logged('json');
    for (let at = 0; at < 1000; at += 1) {
      log.write('warn', 'Inserts fail.', { at });
      clock.ms += 25;
    }
    const told = lines.map((line) => JSON.parse(line) as { at: number; heldBack?: number });
    assert.deepEqual(
      told.map(({ at, heldBack }) => [at, heldBack]),
      [
        [0, undefined],
        [400, 399],
        [800, 399],
      ],
    );
    log.flush();
    assert.deepEqual([JSON.parse(lines.at(-1) ?? '').heldBack, lines.length], [199, 4]);
    log.flush();
    assert.equal(lines.length, 4);
  });

  it('bounds what it remembers, should a message ever hold what varies', () => {
    const { log, lines } = logged('json');
    for (let at = 0; at < 10_000; at += 1) log.write('error', `Failed on ${at}.`);
    assert.ok(lines.length <= 202, String(lines.length));
    log.flush();
    assert.equal(JSON.parse(lines.at(-1) ?? '').heldBack, 10_000 - 201);
  });

  const hostile = '\u001b]0;title\u0007\u001b[31mred\u009b2J\u202eevil\u2028line\u0000\r\n{"level":"error"}\u{e0041}';
  for (const format of ['text', 'json'] as const) {
    it(`lets no control character of outside text through as ${format}`, () => {
      const { log, lines } = logged(format);
      log.write('error', 'Refused.', { name: hostile });
      const [line = ''] = lines;
      assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      if (format === 'json') assert.equal(JSON.parse(line).name, hostile);
    });
  }

  it('leaves secrets out, whoever put them there', () => {
    const { log, lines } = logged('json');
    log.write('error', 'Failed.', {
      url: 'http://user:hunter2@db:8123/x',
      header: 'Authorization: Bearer hunter2.abc-def',
      basic: 'basic aHVudGVyMg==',
      query: 'a=1&password=hunter2&token: "hunter2"',
    });
    assert.doesNotMatch(lines.join(''), /hunter2|aHVudGVyMg/);
    assert.match(lines.join(''), /db:8123/);
  });
});
