import assert from 'node:assert/strict';
import type { Ranking } from '#collector/index.js';
import type { RankingFormat } from '#tui/cli/option-table.js';
import { cells } from '#tui/format/clean.js';
import { printRanking } from '#tui/print/ranking.js';
import { compared, rankedFunction, ranking, sixFunctions } from './rankings.ts';

async function printed(shown: Ranking, format: RankingFormat, columns?: number, isCompared?: boolean): Promise<string> {
  let text = '';
  const stream = {
    write(part: string, done: () => void) {
      text += part;
      done();
    },
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  };
  await printRanking(shown, format, stream, { isCompared: isCompared === true });
  return text;
}

const hostileName = 'x"y,z\u001b[31m\u009b\u202e|`<b>\n';

describe('a printed ranking', () => {
  it('as JSON is the ranking itself', async () => {
    const text = await printed(sixFunctions, 'json');
    assert.deepEqual(JSON.parse(text), sixFunctions);
    assert.equal(text, `${JSON.stringify(sixFunctions, null, 2)}\n`);
  });

  it('as JSON holds no character that a terminal obeys, and still reads back the same', async () => {
    const hostile = ranking([rankedFunction({ name: hostileName })]);
    const text = await printed(hostile, 'json');
    assert.deepEqual(JSON.parse(text), hostile);
    assert.match(text, /^[\n -~]*$/);
  });

  it('as CSV has one record a function, quoted where needed, and empty fields for what is not observable', async () => {
    const formula = rankedFunction({ name: '=cmd()' });
    const records = (await printed(ranking([rankedFunction({ name: hostileName }), formula]), 'csv')).split('\r\n');
    assert.equal(records.length, 4);
    assert.match(records[0] ?? '', /^provider,account,region,name,version,.*,initMs,.*,monthlyUsd,costReason$/);
    assert.ok(records[1]?.includes('"x""y,z'));
    assert.match(records[1] ?? '', /,366\.2,380\.4,402\.7,410,/);
    assert.match(records[1] ?? '', /,410,1\.24,2\.1,4\.8,12\.3,,,,,,,42\.1,312,12\.1,,/);
    assert.ok(records[2]?.includes(",'=cmd(),"));
  });

  it('as Markdown is a table whose names are no markup', async () => {
    const lines = (await printed(ranking([rankedFunction({ name: hostileName })]), 'markdown')).trimEnd().split('\n');
    assert.equal(lines.length, 3);
    const bars = lines.map((line) => line.split('|').length);
    assert.deepEqual(new Set(bars).size, 1);
    assert.doesNotMatch(lines[2] ?? '', /[<`]/);
  });

  it('as a table has full names where it is piped', async () => {
    const text = await printed(sixFunctions, 'table');
    assert.match(
      text,
      /esm-date-fns-formatter-with-a-rather-long-name .* eu-|esm-date-fns-formatter-with-a-rather-long-name +aws\/eu-central-1/,
    );
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, 9);
    assert.equal(lines.at(-1), '- not observable: see collector/SOURCES.md');
    const seen = await printed(ranking([rankedFunction({ name: 'seen' })]), 'table');
    assert.equal(seen.trimEnd().split('\n').length, 2);
  });

  it('as a table is as wide as the terminal at most', async () => {
    for (const columns of [40, 80, 130]) {
      for (const line of (await printed(sixFunctions, 'table', columns)).split('\n')) assert.ok(cells(line) <= columns);
    }
  });

  it('shows the change since the window before where it was asked for, and what may be noise in brackets', async () => {
    const changes = ['+31%', '(-1%)', '(>+999%)', '-', 'new'];
    const rows = async (format: RankingFormat): Promise<string[]> =>
      (await printed(compared, format, undefined, true)).trimEnd().split(/\r?\n/);
    const [headers, ...lines] = await rows('table');
    assert.match(headers ?? '', /COLD P50 +CHANGE +COLD P99/);
    for (const [at, change] of changes.entries()) assert.ok(lines[at]?.includes(` ${change} `), lines[at]);
    const cells = (await rows('markdown')).map((line) => line.split(' | ').at(-1)?.replace(' |', ''));
    assert.deepEqual(cells, ['cold p50 change', '---:', ...changes.map((text) => text.replace('>', '&#62;'))]);
    const [header, ...records] = await rows('csv');
    assert.match(
      header ?? '',
      /,monthlyUsd,costReason,beforeInvocations,beforeColdStarts,beforeColdP50Ms,beforeIsColdChangeSure$/,
    );
    assert.match(records[0] ?? '', /,40,10,280,true$/);
    assert.match(records[3] ?? '', /,40,10,,$/);
    assert.match(records[4] ?? '', /[^,],,,,,$/);
    for (const format of ['table', 'markdown', 'csv'] as const) {
      assert.doesNotMatch(await printed(compared, format), /CHANGE|change|before/);
    }
  });

  it('does not say that nothing was cold where nobody told how invocations started', async () => {
    const nothing = { p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null };
    const ran = { p50Ms: 6.1, p90Ms: 7.2, p99Ms: 8.3, maxMs: 9.4 };
    const untold = { coldStarts: null, cost: { coldUsd: null }, warm: nothing, untold: ran };
    const shown = ranking([rankedFunction({ name: 'worker', ...untold })]);
    const [header = '', row = ''] = (await printed(shown, 'table')).split('\n');
    for (const name of ['  COLD', 'COLD%', 'COLD COST']) {
      const end = header.indexOf(name) + name.length;
      assert.match(row.slice(0, end), / -$/, name);
    }
    const warmEnd = header.indexOf('WARM P50') + 'WARM P50'.length;
    assert.match(row.slice(0, warmEnd), / ~6\.1$/);
    assert.match(await printed(shown, 'markdown'), /\| worker .*\| - \|.*\| &#126;6\.1 \|/);
    const [names = '', values = ''] = (await printed(shown, 'csv')).split('\r\n');
    const at = names.split(',').indexOf('untoldP50Ms');
    assert.deepEqual(values.split(',').slice(at - 4, at + 4), ['', '', '', '', '6.1', '7.2', '8.3', '9.4']);
    assert.deepEqual(JSON.parse(await printed(shown, 'json')).functions[0].coldStarts, null);
  });

  it('says so when there is nothing', async () => {
    assert.match(
      await printed(ranking([]), 'table'),
      /^no invocations since \d{4}-\d\d-\d\d \d\d:\d\d UTC; look further back with --since, such as --since 30d\n$/,
    );
  });
});
