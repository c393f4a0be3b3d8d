/** OpenTelemetry's Rust exporter, as Deno has it: it takes its settings from the environment and sends at its end, once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Collector, startCollector } from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import { type Between, fates, startBetween } from './clients/between.ts';
import { conformanceStage } from './stage.ts';

const folder = fileURLToPath(new URL('./clients/rust/', import.meta.url));
const deno = join(folder, 'node_modules', '.bin', 'deno');
const missing = existsSync(deno) ? '' : ' (skipped: Deno is not installed, see CONTRIBUTING.md)';
const writeToken = 'write-0123456789abcdef';

describe(`the Rust exporter${missing}`, () => {
  if (missing !== '') {
    it('is not there', function () {
      this.skip();
    });
    return;
  }
  const stage = conformanceStage();
  let between: Between;
  let guarded: Collector;

  before(async () => {
    const { store, data } = stage.running;
    const access = accessOf({ text: `write ${writeToken}` });
    guarded = await startCollector({ port: 0, store, bufferDirectory: join(data, 'guarded'), access });
    between = await startBetween();
  });
  after(async () => {
    between?.close();
    await guarded?.close();
  });

  async function send(name: string, protocol: string, headers = ''): Promise<void> {
    const own = Object.entries(process.env).filter(([variable]) => !variable.startsWith('OTEL_'));
    const told = {
      ...{ OTEL_DENO: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: between.url, OTEL_EXPORTER_OTLP_PROTOCOL: protocol },
      ...(headers !== '' && { OTEL_EXPORTER_OTLP_HEADERS: headers }),
    };
    const env = { ...Object.fromEntries(own), ...told };
    const args = ['run', '--allow-read', '--allow-env', '--no-prompt', 'client.mjs', name, '5'];
    const child = spawn(deno, args, { cwd: folder, stdio: 'inherit', timeout: 20_000, env });
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  }

  for (const [protocol, contentType] of [
    ['http/protobuf', 'application/x-protobuf'],
    ['http/json', 'application/json'],
  ] as const) {
    it(`${protocol}, 200: stored as it was sent`, async () => {
      const name = `rust ${protocol}`;
      between.plays(fates.passes(stage.url));
      await send(name, protocol);
      assert.equal(between.requests(), 1);
      assert.equal(between.latest()['content-type'], contentType);
      const stored = await stage.holds(name, 5);
      assert.deepEqual([...new Set(stored.map(({ kind }) => kind))], [2]);
      assert.deepEqual(JSON.parse(stored[0]?.attributes ?? ''), { numbers: [1, 2.5, -3], text: 'ünïcode ✓' });
    });

    it(`${protocol}, a token in its headers: 200 with it, 401 and nothing stored without`, async () => {
      const [name, other] = [`rust ${protocol} token`, `rust ${protocol} no token`];
      between.plays(fates.passes(guarded.url));
      await send(name, protocol, `authorization=Bearer ${writeToken}`);
      between.plays(fates.passes(guarded.url));
      await send(other, protocol);
      assert.equal(between.requests(), 1);
      assert.ok(await guarded.drained(10_000));
      await stage.holds(name, 5);
      await stage.holds(other, 0);
    });
  }
});
