/** What collector/sources/cloudflare.md shows, tried: its configurations and its commands. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accessOf, type Collector, openStore, type Store, startCollector } from '#collector/index.js';
import { platformEndpoints } from '#collector/receive/platforms/index.js';
import { cloudflareFixture } from '../../support/cloudflare.ts';
import { removeDirectory, temporaryDirectory, watched } from '../../support/collector.ts';
import { fillWithTables } from '../../support/data-directory.ts';

const page = readFileSync(new URL('../../../collector/sources/cloudflare.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => text ?? '');
const configurations = blocks('jsonc').map(
  (text) => JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as Record<string, unknown>,
);

const token = 'write-0123456789abcdef';

describe('collector/sources/cloudflare.md', () => {
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

  it('names the Tail Worker and its variables as they are', () => {
    const [own, watchedWorker, exporting] = configurations;
    const script = readFileSync(
      new URL('../../../collector/forward/cloudflare/tail-worker.js', import.meta.url),
      'utf8',
    );
    assert.equal(own?.main, 'tail-worker.js');
    for (const name of [...Object.keys(own?.vars as object), 'COLDLENS_TOKEN', 'COLDLENS_ACCOUNT']) {
      assert.ok(script.includes(`env.${name}`), name);
      assert.ok(page.includes(name), name);
    }
    assert.deepEqual(watchedWorker, { tail_consumers: [{ service: own?.name }] });
    const { observability } = exporting as { observability: { traces: { destinations: string[] } } };
    assert.ok(page.includes(`name \`${observability.traces.destinations[0]}\`, type \`Traces\``));
  });

  it('has a Logpush job that is valid JSON, for a path that there is, with all that is read', () => {
    const job = blocks('sh').find((text) => text.includes('logpush/jobs'));
    const { destination_conf: destination, output_options: options } = JSON.parse(
      /--data '([^']*)'/.exec(job ?? '')?.[1] ?? '',
    ) as {
      destination_conf: string;
      output_options: { field_names: string[] };
    };
    const { pathname, searchParams } = new URL(destination);
    assert.ok(platformEndpoints.some(({ path }) => path === pathname));
    assert.equal(searchParams.get('header_Authorization'), 'Bearer TOKEN');
    const [line] = cloudflareFixture('logpush-made.ndjson').split('\n');
    const told = Object.keys(JSON.parse(line ?? '') as object);
    for (const name of options.field_names) assert.ok(told.includes(name), name);
  });

  it('has a destination that is let in by the header which Logpush makes of its address, and by nothing else', async () => {
    const body = cloudflareFixture('logpush-made.ndjson');
    const statuses = [`Bearer ${token}`, 'Bearer another-token-0123456789', undefined].map(async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await fetch(`${collector.url}/v1/cloudflare`, { method: 'POST', headers, body })).status;
    });
    assert.deepEqual(await Promise.all(statuses), [200, 401, 401]);
    const empty = await fetch(`${collector.url}/v1/cloudflare`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(empty.status, 400);
  });

  it('has commands that tell the collector of uploads', async () => {
    writeFileSync(join(data, 'deploy.txt'), cloudflareFixture('wrangler-deploy.txt'));
    writeFileSync(join(data, 'answer.json'), cloudflareFixture('upload-version.json'));
    const commands = blocks('sh').filter((text) => text.includes('--data-binary'));
    assert.equal(commands.length, 2);
    for (const command of commands) {
      const real = command.replaceAll('https://coldlens.example.com', collector.url).replaceAll('TOKEN', token);
      const { stdout } = await promisify(execFile)('sh', ['-c', real], { cwd: data, timeout: 10_000 });
      const { records, unknown } = JSON.parse(stdout) as { records: number; unknown: { reason: string }[] };
      assert.ok(records >= 1);
      assert.ok(unknown.every(({ reason }) => reason === 'not of the platform'));
    }
  });
});
