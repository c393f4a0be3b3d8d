/** What servers are told to make: the replicated form cannot run on the embedded server, so its text is looked at. */
import assert from 'node:assert/strict';
import {
  createDatabases,
  createDistributed,
  createLock,
  createTable,
  keepFor,
  statementTexts,
} from '#collector/store/ddl.js';
import { type Layout, layoutOf } from '#collector/store/layout.js';
import { distributedTables, schemaMigrations } from '#collector/store/migrate.js';
import { retained, retainedNames } from '#collector/store/retention.js';
import { migrations, tables } from '#collector/store/schema/index.js';
import { goldenIn } from '../../support/golden.ts';

const compareWithGolden = goldenIn(new URL('./golden/', import.meta.url));

const layouts: Readonly<Record<string, Layout>> = {
  server: layoutOf('coldlens', 'plain', null),
  cloud: layoutOf('coldlens', 'cloud', null),
  shards: layoutOf('coldlens', 'plain', 'prod'),
  replicated: layoutOf('coldlens', 'replicated', 'prod'),
};

const schemaOf = (layout: Layout): string[] => [
  ...createDatabases(layout),
  createTable(schemaMigrations, layout),
  ...migrations.flatMap(({ statements }) => statementTexts(statements, layout)),
  ...(layout.cluster === null ? [] : distributedTables.map((name) => createDistributed(name, layout))),
];

const replicated = layouts.replicated as Layout;
const views = new Set(
  migrations.flatMap(({ statements }) => statements.flatMap((one) => ('view' in one ? [one.view.name] : []))),
);

describe('what a server is told to make', () => {
  it('is replicated and carried to all servers where a cluster has a Keeper', () => {
    const firstTable = tables.find(({ name }) => name === 'spans');
    assert.ok(firstTable);
    const statements = [
      ...schemaOf(replicated),
      keepFor(firstTable, 14, replicated),
      createLock('sealing_lock', 'f3c2a1b0-1234-4abc-8def-0123456789ab', replicated),
    ];
    compareWithGolden('replicated.sql', `${statements.map((text) => `${text.trim()};`).join('\n\n')}\n`);
  });

  for (const [name, layout] of Object.entries(layouts)) {
    it(`has one engine, one window and one way to all servers in the form for: ${name}`, () => {
      const isReplicated = layout.engines === 'replicated';
      for (const text of schemaOf(layout)) {
        const isCopy = text.trim().startsWith('INSERT');
        assert.equal(text.includes(" ON CLUSTER 'prod'"), isReplicated && !isCopy, text);
        if (text.startsWith('CREATE TABLE')) {
          assert.match(
            text,
            isReplicated
              ? /ENGINE = Replicated(Replacing|Coalescing)?MergeTree\('\/clickhouse\/tables\/\{shard\}\/coldlens_shard\/\w+', '\{replica\}'/
              : /ENGINE = (Replacing|Coalescing)?MergeTree/,
          );
        }
        if (/deduplication_window/.test(text)) {
          assert.equal(/ non_replicated_deduplication_window = 10000/.test(text), layout.engines === 'plain', text);
        }
      }
    });
  }

  it('has a path of its own for each table', () => {
    const paths = schemaOf(replicated).flatMap((text) => /'(\/clickhouse\/[^']+)'/.exec(text)?.[1] ?? []);
    assert.equal(new Set(paths).size, paths.length);
    assert.equal(paths.length, tables.length + 1);
  });

  it('shares every table that questions are asked of, by its function', () => {
    for (const name of distributedTables.filter((each) => !views.has(each))) {
      assert.match(
        tables.find((table) => table.name === name)?.columns ?? '',
        /^ +function_name +(?:LowCardinality|String)/m,
        name,
      );
    }
  });

  it('has an end that can be set for every table whose rows go', () => {
    const ending = tables.filter(({ kept }) => kept).map(({ name }) => name);
    const set = retainedNames.flatMap((name) => [...retained[name].tables]);
    assert.deepEqual(set.toSorted(), ending.toSorted());
  });

  it('is numbered without gaps', () => {
    assert.deepEqual(
      migrations.map(({ version }) => version),
      migrations.map((_, index) => index + 1),
    );
  });
});
