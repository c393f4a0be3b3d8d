/** All platforms' records in one import: each is taken for what it is, also where one file mixes them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FormatCounts } from '#collector/import/asked-formats.js';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { Telling } from '#collector/model/telling.js';
import { lambdaLog } from './logs.ts';

const folder = fileURLToPath(new URL('../../../fixtures/platforms', import.meta.url));

const formatsOf: Readonly<Record<string, readonly string[]>> = {
  aws: ['cloudwatch', 'cloudwatch-csv'],
  azure: ['azure'],
  google: ['gcp'],
  // Its own OpenTelemetry export is OTLP.
  cloudflare: ['cloudflare', 'otlp'],
};

const counted = (bytes: Uint8Array, chunkBytes?: number): FormatCounts => {
  const framer = new Framer(chunkBytes);
  const sum: FormatCounts = {};
  const place = { functionName: 'f', account: '1' };
  const reading = new FileReading({ formats: importFormats, place, into: new Telling(Date.now()) });
  for (const chunk of [...framer.push(bytes), ...framer.end()]) {
    const counts = reading.read(chunk, false);
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
};

const fixtures = Object.keys(formatsOf).flatMap((platform) =>
  readdirSync(join(folder, platform), { withFileTypes: true })
    // The head of a table says what its rows are; between other lines there would be none.
    .filter((entry) => entry.isFile() && !/\.(md|csv|gz)$/.test(entry.name))
    .map(({ name }) => ({ platform, name, bytes: readFileSync(join(folder, platform, name)) })),
);

describe('recognising records', () => {
  for (const [platform, names] of Object.entries(formatsOf)) {
    it(`takes what is of ${platform} for nothing else`, () => {
      let some = 0;
      for (const { name, bytes } of fixtures.filter((one) => one.platform === platform)) {
        const counts = counted(bytes);
        assert.deepEqual(
          Object.keys(counts).filter((format) => !names.includes(format)),
          [],
          name,
        );
        some += Object.keys(counts).length;
      }
      assert.ok(some > 0);
    });
  }

  for (const [begin, end] of [
    ['[', ']'],
    ['{"a":[', ']}'],
    ['{"a":', '}'],
    ['{"records":[', ']}'],
    ['{"message":[', ']}'],
  ] as const) {
    it(`takes ${begin}${begin}... of any depth for nothing, and reads on`, () => {
      const depth = 100_000;
      const deep = `${begin.repeat(depth)}1${end.repeat(depth)}\n`;
      const log = lambdaLog({ invocations: 3, endMs: Date.now() });
      const after = Buffer.concat([Buffer.from(deep), Buffer.from(log)]);
      assert.deepEqual(counted(after), counted(Buffer.from(log)));
    });
  }

  it('takes a quote inside a cell of CSV for text, and reads the rows behind it', () => {
    const [report = ''] = lambdaLog({ invocations: 1, endMs: Date.now() }).match(/REPORT RequestId: .*/) ?? [];
    const rows = ['1763805600000,it"s foreign', ...Array.from({ length: 50 }, () => `${Date.now()},"${report}"`)];
    assert.deepEqual(counted(Buffer.from(`timestamp,message\n${rows.join('\n')}\n`)), { 'cloudwatch-csv': 51 });
  });

  it('finds each in one file that mixes them', () => {
    const parts = [
      ...fixtures.map(({ bytes }) => bytes),
      Buffer.from(lambdaLog({ invocations: 3, endMs: Date.now() })),
    ];
    const wanted: FormatCounts = {};
    for (const part of parts) {
      for (const [name, count] of Object.entries(counted(part))) wanted[name] = (wanted[name] ?? 0) + count;
    }
    const lines = (all: readonly Uint8Array[]) => Buffer.concat(all.flatMap((part) => [part, Buffer.from('\n')]));
    assert.deepEqual(sorted(counted(lines(parts))), sorted(wanted));
    assert.deepEqual(sorted(counted(lines(parts.toReversed()))), sorted(wanted));
  });
});

const sorted = (counts: FormatCounts): [string, number][] =>
  Object.entries(counts).sort(([one], [other]) => one.localeCompare(other));
