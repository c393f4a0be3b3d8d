/** `coldlens prices`, as a person and as a program call it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInPrices } from '#collector/model/pricing/index.js';
import { pricesText, updateText } from '#tui/print/prices.js';
import { runColdlens } from './run-coldlens.ts';

const sample = (name: string): string => fileURLToPath(new URL(`../../fixtures/prices/${name}.json`, import.meta.url));

describe('coldlens prices', () => {
  let cwd = '';
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coldlens-prices-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const complains = async (args: string[], message: RegExp, env: Record<string, string> = {}): Promise<void> => {
    const { code, stdout, stderr } = await runColdlens(['prices', ...args], { cwd, env });
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.match(stderr, /^coldlens: .+\.\n {2}next: .+\n$/);
    assert.equal(stdout, '');
    assert.equal(existsSync(join(cwd, '.coldlens')), false);
  };

  it('prints every rate with source and date, and makes nothing', async () => {
    const { code, stdout, stderr } = await runColdlens(['prices', '--json'], { cwd });
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { ...JSON.parse(JSON.stringify(builtInPrices)), file: null });
    const text = await runColdlens(['prices'], { cwd });
    assert.equal(text.stdout, pricesText(builtInPrices, null));
    assert.deepEqual(readdirSync(cwd), []);
  });

  it('updates them from a list, for all commands that read the same data directory', async () => {
    const { code, stdout } = await runColdlens(['prices', 'update', '--from', sample('aws-lambda')], { cwd });
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `6 rates of AWS's price list of AWSLambda, 2026-11-01: 1 changed, 3 new, 2 as before
not recognised: Lambda-Edge-Request, Lambda-Edge-GB-Second
written to .coldlens/prices.json
`,
    );
    const { date, file, rates } = JSON.parse((await runColdlens(['prices', '--json'], { cwd })).stdout);
    assert.equal(date, '2026-11-01');
    assert.equal(file, '.coldlens/prices.json');
    assert.equal(rates.length, builtInPrices.rates.length + 6);
    const top = await runColdlens(['top', '--once'], { cwd });
    assert.equal(top.code, 3);
    assert.match(top.stderr, /holds prices, but no data yet/);
  });

  it('writes where it is told to, and tells programs in JSON', async () => {
    const env = { COLDLENS_PRICES: 'p.json' };
    const { stdout } = await runColdlens(['prices', 'update', '--json', '--from', sample('azure-functions')], {
      cwd,
      env,
    });
    const { path, rates, changes } = JSON.parse(stdout);
    assert.deepEqual([path, rates, changes], ['p.json', 8, { changed: 1, added: 1, same: 6 }]);
    assert.deepEqual(readdirSync(cwd), ['p.json']);
  });

  it('names what it cannot use, with exit code 2, and writes nothing', async () => {
    await complains(['update'], /No price list was given/);
    await complains(['renew'], /knows no "renew", only update/);
    await complains(['--from', 'x'], /--from is only for updating/);
    await complains(['update', '--from', 'none.json'], /The price list none\.json cannot be read/);
    await complains(['update', '--from', fileURLToPath(import.meta.url)], /is no JSON, or was cut off/);
    await complains(['--prices', 'none.json'], /There is no price file none\.json/);
    writeFileSync(join(cwd, 'mine.json'), '{}');
    await complains([], /The price file mine\.json is not of the format/, { COLDLENS_PRICES: 'mine.json' });
  });
});

describe('the printed prices', () => {
  const text = pricesText(builtInPrices, null);

  it('have a line for each tier, with all digits', () => {
    assert.match(text, /^aws +lambda +\* +arm64 +18,750,000,000 +0\.0000106667 +GB-second +2026-09-19 +https:/m);
    const tiers = builtInPrices.rates.reduce((sum, rate) => sum + rate.tiers.length, 0);
    assert.equal(text.split('\n').indexOf(''), tiers + 1);
  });

  it('say what is unverified, what is free, and what the names of regions stand for', () => {
    assert.match(text, /^aws +ec2 t4g\.small .* unverified /m);
    assert.match(text, /^free tier: 400,000 x GB-second a month of aws lambda$/m);
    assert.match(text, /^\* of aws lambda: us-east-1, /m);
    assert.match(text, /^\* of cloudflare: every region$/m);
    assert.match(text, /^prices of 2026-09-19, as coldlens brings them along$/m);
  });

  it('show no more names than a person reads, and none that a terminal obeys', () => {
    const unrecognised = ['a\u001b[31mb', ...Array.from({ length: 20 }, (_, at) => `x${at}`)];
    const printed = updateText({
      ...{ path: 'p', list: 'a list', date: '2026-01-01', rates: 1, unrecognised },
      changes: { changed: 0, added: 0, same: 1 },
    });
    assert.match(printed, /^not recognised: ab, x0, .*, x6 and 13 more$/m);
  });
});
