/** The tables as an interface of their own: what is written about them is so, and what is shipped for them works on them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ask, collectorForAllTests } from '../support/collector.ts';
import { invocationSpans, lambdaResource, span, store200 } from '../support/spans.ts';

const read = (name: string): string => readFileSync(new URL(`../../collector/${name}`, import.meta.url), 'utf8');

interface Target {
  rawSql: string;
  datasource: { type: string; uid: string };
  queryType: 'table' | 'timeseries';
}

interface Board {
  panels: readonly { title: string; targets: readonly Target[] }[];
  templating: { list: readonly { name: string }[] };
}

/** As Grafana writes one. */
const variable = (name: string): string => `$\{${name}}`;

/** As the data source's plugin puts a question together. */
const expanded = (sql: string, name: string): string => {
  const [from, to] = [Date.now() - 86_400_000, Date.now() + 60_000].map((ms) => Math.round(ms / 1_000));
  const text = `'${name.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  return sql
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 >= toDateTime(${from}) AND $1 <= toDateTime(${to})`)
    .replaceAll(variable('name:sqlstring'), text);
};

describe('the tables', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 4 * 3_600_000;

  before(async () => {
    const [first, ...others] = invocationSpans({
      ...{ id: 'cold', startMs, kind: 'cold', runtimeStartMs: 40, initMs: 100, executionMs: 10 },
    });
    const { traceId } = first as { traceId: string };
    const attributes = {
      'coldlens.module.self_ms': 3,
      'coldlens.module.total_ms': 5,
      'coldlens.module.package': 'uuid',
    };
    const module = span({ name: 'uuid', traceId, startMs, durationMs: 5, attributes });
    const warm = invocationSpans({ id: 'warm', startMs: startMs + 5_000, kind: 'warm', executionMs: 10 });
    await store200(running.collector.url, [first as object, ...others, module, ...warm], lambdaResource);
    await running.store.seal();
  });

  describe('as they are written down', () => {
    const page = read('TABLES.md');
    const sections = page
      .split(/^## `/m)
      .slice(1)
      .map((text) => ({ table: text.slice(0, text.indexOf('`')), text }));

    for (const { table, text } of sections) {
      it(`have the columns of ${table}`, async () => {
        const rows = text.split('\n').filter((line) => line.startsWith('| `'));
        const written = rows.flatMap((line) =>
          [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
        );
        const found = await ask<{ name: string }>(
          running.store.engine.url,
          `SELECT name FROM system.columns WHERE database = 'coldlens' AND table = '${table}'`,
        );
        assert.deepEqual(written.toSorted(), found.map(({ name }) => name).toSorted());
      });
    }

    it('answer its questions', async () => {
      const questions = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql ?? '');
      assert.equal(questions.length, 2);
      for (const sql of questions) assert.notEqual((await ask(running.store.engine.url, sql)).length, 0, sql);
    });
  });

  describe("Grafana's dashboard", () => {
    const board = JSON.parse(read('grafana/coldlens.json')) as Board;

    for (const { title, targets } of board.panels) {
      it(`shows ${title.toLowerCase()}`, async () => {
        for (const { rawSql, datasource, queryType } of targets) {
          assert.deepEqual(datasource, { type: 'grafana-clickhouse-datasource', uid: variable('datasource') });
          const rows = await ask(running.store.engine.url, expanded(rawSql, ''));
          assert.notEqual(rows.length, 0, rawSql);
          const [row] = rows as Record<string, unknown>[];
          for (const [column, value] of Object.entries(row ?? {})) assert.notEqual(value, undefined, column);
          if (queryType === 'timeseries') assert.ok('time' in (row ?? {}), rawSql);
        }
      });
    }

    it('takes any text for a name, and narrows by it', async () => {
      for (const { targets } of board.panels) {
        for (const { rawSql } of targets) {
          assert.match(rawSql, /\$\{name:sqlstring\}/);
          await ask(running.store.engine.url, expanded(rawSql, "'; DROP TABLE spans; -- \\"));
        }
      }
      const [table] = board.panels.filter(({ title }) => title === 'Functions by cold p99');
      const sql = table?.targets[0]?.rawSql ?? '';
      assert.deepEqual(await ask(running.store.engine.url, expanded(sql, 'no such name')), []);
    });

    it('names only variables that it has', () => {
      const named = JSON.stringify(board.panels).matchAll(/\$\{(\w+)/g);
      const known = board.templating.list.map(({ name }) => name);
      for (const [, name] of named) assert.ok(known.includes(name ?? ''), name);
    });
  });
});
