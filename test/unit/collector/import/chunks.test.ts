/** What a record tells of those behind it holds for the whole file: it does not matter where its chunks end. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { Telling } from '#collector/model/telling.js';
import { randomOf } from '../../../fuzz/random.ts';
import { interleaved, streamLog } from '../platforms/aws-logs.ts';
import { nowMs } from '../platforms/aws-support.ts';

const folder = fileURLToPath(new URL('../../../fixtures/platforms', import.meta.url));
const place = { functionName: 'shop', account: '1', region: 'eu-west-1' };

/** All that a file tells, chunk by chunk as an import's thread reads it. */
const told = (bytes: Uint8Array, chunkBytes: number, atMs = nowMs) => {
  const framer = new Framer(chunkBytes);
  const into = new Telling(atMs);
  const reading = new FileReading({ formats: importFormats, place, into });
  const all = { spans: [] as unknown[], reports: [] as unknown[], starts: [] as unknown[], records: 0, unknown: 0 };
  const chunks = [...framer.push(bytes), ...framer.end()];
  for (const [at, chunk] of chunks.entries()) {
    reading.read(chunk, at === chunks.length - 1);
    all.spans.push(...into.spans);
    all.reports.push(...into.reports);
    all.starts.push(...into.starts);
    all.records += into.records;
    all.unknown += into.unknown.count;
    into.clear();
  }
  return all;
};

const whole = 64 * 1024 * 1024;
const sizes = [1, 1_000, 10_000, 100_000, 256 * 1024, 1024 * 1024];

const sameInAll = (bytes: Uint8Array, what: string, atMs?: number): void => {
  const wanted = told(bytes, whole, atMs);
  for (const size of sizes) {
    assert.deepEqual(told(bytes, size, atMs), wanted, `${what} in chunks of ${size}`);
  }
};

describe('chunks of a file', () => {
  it("tell the same of Lambda's log wherever they end", () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const random = randomOf(seed);
      const streams = Array.from({ length: 1 + random.whole(12) }, () =>
        streamLog(random, nowMs - 3_600_000 + random.whole(1_000_000)),
      );
      sameInAll(Buffer.from(`${interleaved(random, streams).join('\n')}\n`), `seed ${seed}`);
    }
  });

  it('tell of a long log what its first lines said of the instance', () => {
    const random = randomOf(7);
    const stream = '2026/11/22/[7]5ab0c1d2e3f405162738495a6b7c8d9e';
    const line = (text: string) => `${stream} 2026-11-22T11:00:00.000000 ${text}\n`;
    const report = () => `REPORT RequestId: ${random.whole(1e9)}\tDuration: 2.46 ms\tBilled Duration: 3 ms\t`;
    const log = [
      line('INIT_START Runtime Version: ruby:3.4.v1\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:1'),
      ...Array.from({ length: 8_000 }, () => line(report())),
    ];
    const { reports } = told(Buffer.from(log.join('')), 256 * 1024);
    assert.equal(reports.length, 8_000);
    const runtimes = new Set(
      reports.map((report) => (report as { of: { told: { runtime: string } } }).of.told.runtime),
    );
    assert.deepEqual([...runtimes], ['ruby3.4']);
  });

  it("tell the same of every platform's samples, one behind the other", () => {
    const samples = readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !/\.(md|gz)$/.test(entry.name))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
    const all = Buffer.concat(samples.flatMap((sample) => [sample, Buffer.from('\n')]));
    for (const atMs of [nowMs, Date.parse('2024-09-01')]) sameInAll(all, 'samples', atMs);
  });

  it('count at the end of a file what waited for more', () => {
    const events = `EVENTS\t1\t${nowMs}\tREPORT RequestId: a\tDuration: 2.46 ms\n`;
    const csv = '@timestamp,@message\n2026-11-22 11:00:00.000,"REPORT RequestId: a\n';
    for (const text of [events, csv]) {
      const { reports, records, unknown } = told(Buffer.from(text), whole);
      assert.deepEqual([reports.length, records, unknown], [0, 1, 1], text);
    }
  });
});
