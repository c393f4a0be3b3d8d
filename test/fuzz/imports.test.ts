/** Files of every platform's records, mixed and damaged: an import reads or counts each, and never throws. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { Telling } from '#collector/model/telling.js';
import { rowsOf } from '#collector/store/rows.js';
import { csvOf, streamLog } from '../unit/collector/platforms/aws-logs.ts';
import { nowMs } from '../unit/collector/platforms/aws-support.ts';
import { fuzz } from './fuzz.ts';
import { mutated, type Random, requestJson } from './random.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/platforms/${name}`, import.meta.url), 'utf8');
const published = [
  'aws/nodejs-json.log',
  'azure/function-app-logs.json',
  'azure/PT1H.txt',
  'azure/host.log',
  'cloudflare/logpush-made.ndjson',
  'cloudflare/tail-items.json',
  'cloudflare/wrangler-deploy.txt',
  'google/cloud-run-request.json',
  'google/cloud-run-event.json',
  'google/first-generation.json',
  'google/pubsub-push.json',
].map(fixture);

/** As `aws logs filter-log-events --output text` prints them. */
const events = (lines: readonly string[]): string =>
  lines
    .map((line) => {
      const [stream, , ...message] = line.split(' ');
      return `EVENTS\t3812\t${nowMs}\t${stream}\t${message.join(' ')}\n\t${nowMs - 60_000}`;
    })
    .join('\n');

const made: readonly ((random: Random) => string)[] = [
  (random) => csvOf(random, streamLog(random, nowMs - 3_600_000)).join('\n'),
  (random) => events(streamLog(random, nowMs - 3_600_000)),
  (random) => streamLog(random, nowMs - 3_600_000).join('\n'),
  (random) => JSON.stringify(requestJson(random)),
  (random) => random.one(published),
];

fuzz({
  name: 'imports',
  make: (random) => {
    const parts = Array.from({ length: 1 + random.whole(3) }, () => {
      const text = random.one(made)(random);
      return mutated(Buffer.from(text), random);
    });
    return Buffer.concat(parts.flatMap((part) => [part, Buffer.from(random.one(['\n', '\r\n', '']))]));
  },
  check: (input) => {
    const told = new Telling(nowMs);
    const reading = new FileReading({ formats: importFormats, place: { functionName: 'named' }, into: told });
    // Small ones, so that records lie in different chunks.
    const framer = new Framer(1 + (input.length % 4_096));
    const chunks = [...framer.push(input), ...framer.end()];
    for (const [at, chunk] of chunks.entries()) reading.read(chunk, at === chunks.length - 1);
    assert.ok(told.unknown.count <= told.records, `${told.unknown.count} of ${told.records} are not known`);
    assert.ok(told.unknown.list().every(({ examples }) => examples.every((example) => example.length <= 200)));
    for (const { functionName, invocationId, facts } of told.reports) {
      for (const text of [functionName, invocationId])
        assert.ok(text !== '' && text.length <= 512 && text.isWellFormed());
      for (const value of Object.values(facts)) {
        if (typeof value === 'bigint') assert.ok(value >= 0n);
        if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0);
      }
    }
    // What cannot be put into columns is thrown here.
    rowsOf(told, nowMs);
  },
  share: 0.5,
});
