/** Hostile texts in every parameter of the read API: each is data, whatever it looks like. */
import assert from 'node:assert/strict';
import { operations } from '#collector/api/operations.js';
import { ask, collectorForAllTests } from '../support/collector.ts';
import { invocationSpans, lambdaResource, store200 } from '../support/spans.ts';

const texts: readonly string[] = [
  "'",
  "''",
  '"',
  '`',
  '\\',
  "\\'",
  "' OR 1=1 --",
  "'; DROP TABLE spans; --",
  "') UNION ALL SELECT * FROM system.users --",
  "x' AND sleep(3) = 0 AND 'x' = 'x",
  '{filter:String}',
  '{name:Identifier}',
  '%',
  '_',
  '\u0000',
  '\n',
  '\t',
  '\\N',
  '\\0',
  '/* ',
  '-- ',
  ';',
  'NULL',
  "[1,'a']",
  '\u001b[31m',
  '\ud800',
  '\u202e',
  '$\u007b1+1}',
  '$(id)',
  '__proto__',
  'constructor',
  '0x41',
  '-1',
  '1e999',
  'NaN',
  '９',
  'a'.repeat(200),
];

/** One a kind: a quote, a comment, a place for a parameter, what no text may hold. */
const worst: readonly string[] = ["' OR 1=1 --", '{name:Identifier}', '\\', '\u0000'];

describe('a hostile question', function () {
  this.timeout(60_000);
  const running = collectorForAllTests();
  before(async () => {
    const spans = invocationSpans({ id: 'i', startMs: Date.now() - 60_000, kind: 'cold', initMs: 9, executionMs: 5 });
    await store200(running.collector.url, spans, lambdaResource);
    await running.store.seal();
  });

  const tables = () =>
    ask(
      running.store.engine.url,
      'SELECT name, total_rows FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    );

  const usual: Readonly<Record<string, string>> = {
    provider: 'aws',
    account: '123456789012',
    region: 'eu-central-1',
    name: 'shop',
    id: 'i',
    invocationId: 'i',
    at: new Date().toISOString(),
  };

  const answered = async (path: string, parameters: object, hostile: Record<string, string>): Promise<void> => {
    const required = Object.entries(parameters).flatMap(([name, { isRequired }]) =>
      isRequired ? [[name, usual[name] ?? '']] : [],
    );
    const search = new URLSearchParams({ ...Object.fromEntries(required), ...hostile });
    const response = await fetch(`${running.collector.url}${path}?${search}`);
    const body = await response.text();
    // 503 would be words of ClickHouse's: a text that has reached a statement.
    assert.ok([200, 400, 404].includes(response.status), `${search}: ${response.status} ${body}`);
    assert.doesNotMatch(body, /DB::Exception|SYNTAX_ERROR|ClickHouse/);
    const { filter } = hostile;
    if (response.status === 200 && filter !== undefined) {
      type Named = { name?: string; functionName?: string };
      const { functions, invocations, runs } = JSON.parse(body) as Record<string, Named[] | undefined>;
      assert.ok(
        (functions ?? invocations ?? runs)?.every(({ name, functionName }) =>
          (name ?? functionName)?.toLowerCase().includes(filter.toLowerCase()),
        ),
        filter,
      );
    }
  };

  for (const { path, parameters } of operations) {
    it(`is only data in each parameter of ${path}`, async () => {
      const there = await tables();
      for (const name of Object.keys(parameters)) {
        for (const text of worst) await answered(path, parameters, { [name]: text });
      }
      assert.deepEqual(await tables(), there);
    });

    // Those that take any text at all: a question with one of them refused would look no further.
    const free = Object.entries(parameters).flatMap(([name, { schema }]) =>
      schema.type === 'string' && schema.maxLength !== undefined && name !== 'cursor' ? [name] : [],
    );
    if (free.length === 0) continue;
    it(`is only data in ${free.join(', ')} of ${path} together`, async () => {
      const there = await tables();
      for (const text of texts) {
        await answered(path, parameters, Object.fromEntries(free.map((name) => [name, text])));
      }
      assert.deepEqual(await tables(), there);
    });
  }

  it('is only data where a function is called so', async () => {
    const names = texts.filter((one) => one.isWellFormed() && one !== '\u0000');
    for (const text of names) {
      const id = `of ${text}`;
      const spans = invocationSpans({ id, startMs: Date.now() - 30_000, kind: 'warm', executionMs: 5 });
      await store200(running.collector.url, spans, { ...lambdaResource, 'faas.name': text, 'cloud.region': text });
    }
    await running.store.seal();
    for (const text of names) {
      const search = new URLSearchParams({ ...usual, region: text, name: text, since: '1h' });
      for (const other of ['id', 'invocationId', 'at']) search.delete(other);
      const response = await fetch(`${running.collector.url}/api/v1/function?${search}`);
      assert.equal(response.status, 200, `${JSON.stringify(text)}: ${await response.text()}`);
    }
    const response = await fetch(`${running.collector.url}/api/v1/ranking?since=1h&limit=1000`);
    const { functions } = (await response.json()) as { functions: { name: string }[] };
    const ranked = new Set(functions.map(({ name }) => name));
    for (const text of names) assert.ok(ranked.has(text), JSON.stringify(text));
  });
});
