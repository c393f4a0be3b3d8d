/** What collector/sources/google.md shows, tried as far as it can be without an account: its filter and what it sends. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accessOf, type Collector, openStore, type Store, startCollector } from '#collector/index.js';
import { platformEndpoints } from '#collector/receive/platforms/index.js';
import { removeDirectory, temporaryDirectory, watched } from '../../support/collector.ts';
import { fillWithTables } from '../../support/data-directory.ts';

const page = readFileSync(new URL('../../../collector/sources/google.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');
const token = 'write-0123456789abcdef';

const entry = (log: string, of: object, more: object) => ({
  logName: `projects/p/logs/${encodeURIComponent(log)}`,
  resource: of,
  timestamp: new Date(Date.now() - 60_000).toISOString(),
  insertId: 'i',
  ...more,
});
const revision = { type: 'cloud_run_revision', labels: { project_id: 'p', location: 'r', service_name: 's' } };
const gen1 = { type: 'cloud_function', labels: { project_id: 'p', region: 'r', function_name: 'f' } };
const labels = { instanceId: 'i-1' };
const made = [
  entry('run.googleapis.com/requests', revision, { labels, httpRequest: { status: 200, latency: '0.1s' } }),
  entry('run.googleapis.com/varlog/system', revision, {
    labels,
    textPayload: 'Starting new instance. Reason: AUTOSCALING - ...',
  }),
  entry('run.googleapis.com/varlog/system', revision, {
    labels,
    textPayload: 'Default STARTUP TCP probe succeeded after 1 attempt for container "worker" on port 8080.',
  }),
  ...['started', 'took 16 ms, finished with status code: 200'].map((what) =>
    entry('cloudfunctions.googleapis.com/cloud-functions', gen1, {
      labels: { execution_id: 'x' },
      textPayload: `Function execution ${what}`,
    }),
  ),
];

describe('collector/sources/google.md', () => {
  let data: string;
  let store: Store;
  let collector: Collector;

  before(async () => {
    data = await temporaryDirectory();
    store = await openStore({ data: await fillWithTables(join(data, 'store')) });
    collector = watched(await startCollector({ port: 0, store, access: accessOf({ text: `write ${token}` }) }));
  });
  after(async () => {
    await collector.close();
    await store.close();
    await removeDirectory(data);
  });

  /** As a shell runs it, with a gcloud that prints what it is given; each argument in a line of its own. */
  const run = async (command: string): Promise<string> => {
    writeFileSync(join(data, 'entries.json'), JSON.stringify(made, null, 2));
    const gcloud = `gcloud() { case "$1 $2" in "logging read") cat entries.json;; *) printf '%s\\n' "$@" >> said.txt; echo told;; esac; }\n`;
    const real = command.replaceAll('https://coldlens.example.com', collector.url).replaceAll('TOKEN', token);
    const { stdout } = await promisify(execFile)('sh', ['-euc', gcloud + real], { cwd: data, timeout: 10_000 });
    return stdout;
  };

  it('has commands that a shell reads, for a path that there is', async () => {
    await run(commands[0] ?? '');
    const said = readFileSync(join(data, 'said.txt'), 'utf8').split('\n');
    const endpoint = said.find((word) => word.startsWith('--push-endpoint='))?.slice('--push-endpoint='.length) ?? '';
    const { pathname, searchParams } = new URL(endpoint);
    assert.ok(platformEndpoints.some(({ path }) => path === pathname));
    assert.equal(searchParams.get('token'), token);
    const attempts = Number(said.find((word) => word.startsWith('--max-delivery-attempts='))?.split('=')[1]);
    assert.ok(attempts >= 5 && attempts <= 100);
  });

  it('has a filter that keeps all that is read', () => {
    const filter = /FILTER='([^']*)'/.exec(commands[0] ?? '')?.[1] ?? '';
    for (const { logName, resource, ...rest } of made) {
      const log = decodeURIComponent(logName.replace('projects/p/logs/', ''));
      const clause = filter.split(/\n {2}OR /).find((one) => one.includes(`log_id("${log}")`)) ?? '';
      assert.ok(clause.includes(`resource.type="${resource === gen1 ? 'cloud_function' : 'cloud_run_revision'}"`), log);
      const texts = [...clause.matchAll(/textPayload:"([^"]*)"/g)].map(([, text]) => text ?? '');
      const { textPayload = '' } = rest as { textPayload?: string };
      assert.ok(texts.length === 0 || texts.some((text) => textPayload.includes(text)), textPayload);
    }
  });

  it('has a command that sends what is there already', async () => {
    const answer = JSON.parse(await run(`FILTER=x\n${commands[1]}`)) as { records: number; unknown: unknown[] };
    assert.deepEqual(answer, { records: made.length, unknown: [] });
  });

  it('wants the token, in the URL or as everyone else sends it, and no other', async () => {
    const post = async (query: string, headers: Record<string, string> = {}): Promise<number> => {
      const body = JSON.stringify(made);
      return (await fetch(`${collector.url}/v1/google${query}`, { method: 'POST', headers, body })).status;
    };
    assert.equal(await post(`?token=${token}`), 200);
    assert.equal(await post('', { Authorization: `Bearer ${token}` }), 200);
    assert.equal(await post(''), 401);
    assert.equal(await post('?token=write-0123456789abcdeg'), 401);
    assert.equal(await post(`?token=${token}`, { Authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln' }), 401);
  });
});
