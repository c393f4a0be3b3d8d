/** What collector/sources/azure.md shows: its lines are run, against the real collector where they are about it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { azureRates } from '#collector/model/pricing/tables/azure.js';
import { collectorForAllTests, removeDirectory, temporaryDirectory } from '../../support/collector.ts';

const page = readFileSync(new URL('../../../collector/sources/azure.md', import.meta.url), 'utf8');
const scripts = new Map(
  [...page.matchAll(/^```sh\n# (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', text = '']) => [name, text]),
);

const flexUsd = (unit: string): number =>
  Number(azureRates.find((rate) => rate.product === 'functions flex' && rate.unit === unit)?.tiers[0]?.usd);

/** Says what it was called with, and something that may stand in a variable. */
const stub =
  '#!/bin/sh\nfor word in "$(basename "$0")" "$@"; do printf "%s\\t" "$word" >> "$CALLS"; done\necho >> "$CALLS"\necho told\n';
const stubbed = ['az', 'npm', 'zip', 'coldlens'];

describe("collector/sources/azure.md's lines", () => {
  const running = collectorForAllTests();
  let directory = '';
  before(async () => {
    directory = await temporaryDirectory();
    mkdirSync(join(directory, 'bin'));
    for (const name of stubbed) writeFileSync(join(directory, 'bin', name), stub, { mode: 0o755 });
  });
  after(() => removeDirectory(directory));

  const run = async (name: string): Promise<{ stdout: string; calls: string[][] }> => {
    const calls = join(directory, `${name}.calls`);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', scripts.get(name) ?? 'false'], {
      cwd: directory,
      timeout: 20_000,
      env: {
        PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
        ...{ CALLS: calls, COLDLENS_TOKEN: 'a-token-of-the-page', COLLECTOR: running.collector.url },
      },
    });
    const lines = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
    return { stdout, calls: lines.map((line) => line.split('\t').filter((word) => word !== '')) };
  };

  for (const [name, count] of [
    ['hub.sh', 5],
    ['settings.sh', 3],
    ['requests.sh', 3],
    ['forwarder.sh', 7],
    ['offline.sh', 5],
  ] as const) {
    it(`${name} uses no variable that it has not set, and gives each option its value`, async () => {
      const { calls } = await run(name);
      assert.equal(calls.length, count);
      for (const call of calls.filter(([program]) => program === 'az')) {
        const at = call.findIndex((word) => word.startsWith('--'));
        for (const [index, word] of call.entries()) {
          if (index < at) assert.match(word, /^[a-z-]+$/, call.join(' '));
          else if (word.startsWith('--'))
            assert.ok(call[index + 1] && !call[index + 1]?.startsWith('--'), call.join(' '));
        }
        const logs = call[call.indexOf('--logs') + 1];
        if (call.includes('--logs')) assert.deepEqual(JSON.parse(logs ?? '')[0].enabled, true);
      }
    });
  }

  it('forwarder.sh packs every file of the folder', async () => {
    const { calls } = await run('forwarder.sh');
    const packed = calls.find(([program]) => program === 'zip') ?? [];
    const folder = new URL('../../../collector/forward/azure/', import.meta.url);
    for (const file of ['host.json', 'package.json', 'index.mjs', 'forward.mjs']) {
      assert.ok(packed.includes(file) && existsSync(new URL(file, folder)), file);
    }
    const settings = calls.find((call) => call.includes('--settings'))?.join(' ') ?? '';
    const read = `${readFileSync(new URL('index.mjs', folder), 'utf8')}${readFileSync(new URL('forward.mjs', folder), 'utf8')}`;
    for (const [, name = ''] of settings.matchAll(/(\w+)=/g)) if (name !== 'told') assert.ok(read.includes(name), name);
  });

  it('try.sh is taken by the collector, and answered as the page says', async () => {
    const { stdout } = await run('try.sh');
    assert.ok(page.includes(`\`${stdout.trim()}\``), stdout);
  });

  it('adds up what it costs', () => {
    const rows = [...page.matchAll(/^\| (?:export|events|forwarder|data out|together).*\| ([\d.]+) \|$/gm)].map(
      ([, usd]) => Number(usd),
    );
    assert.equal(rows.length, 5);
    const [logs = 0, events = 0, forwarder = 0, out = 0, together = 0] = rows;
    const rounded = (usd: number, digits: number): number => Number(usd.toFixed(digits));
    assert.equal(logs, 1.4 * 0.25);
    assert.equal(events, 2 * 0.028);
    assert.equal(forwarder, rounded(20_000 * 0.5 * flexUsd('GB-second') + 20_000 * flexUsd('request'), 3));
    assert.equal(out, rounded(0.14 * 0.087, 3));
    assert.equal(together, rounded(logs + events + forwarder + out, 2));
  });
});
