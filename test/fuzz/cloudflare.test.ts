/** Bodies at POST /v1/cloudflare: whatever they hold becomes rows or is counted. */
import assert from 'node:assert/strict';
import { NotOfFormat } from '#collector/platforms/format.js';
import { HttpError } from '#collector/receive/http-error.js';
import { rowsOf } from '#collector/store/rows.js';
import { cloudflareFixture, samplesMs, told } from '../support/cloudflare.ts';
import { fuzz } from './fuzz.ts';
import { mutated, type Random } from './random.ts';

const samples = [
  'logpush.ndjson',
  'logpush-made.ndjson',
  'tail-items.json',
  'wrangler-tail.ndjson',
  'upload-script.json',
  'upload-version.json',
  'wrangler-deploy.txt',
].map((name) => Buffer.from(cloudflareFixture(name)));

const values = [
  'null',
  '-1',
  '1e308',
  '""',
  '"\\u0000"',
  '{}',
  '[]',
  '"__proto__"',
  '1790773392000',
  '"2026-10-01T00:00:00Z"',
];

/** Another value for a member: valid JSON, of another type. */
const retyped = (bytes: Buffer, random: Random): Buffer =>
  Buffer.from(
    bytes
      .toString('latin1')
      .replaceAll(/:("[^"]*"|-?[\d.]+)/g, (member) => (random.chance(0.1) ? `:${random.one(values)}` : member)),
    'latin1',
  );

fuzz({
  name: 'cloudflare',
  make: (random) => {
    const sample = Buffer.concat([random.one(samples), random.one(samples)]);
    return random.chance(0.5) ? retyped(sample, random) : mutated(sample, random);
  },
  check: (input) => {
    try {
      const telling = told(input, { functionName: 'named' });
      const { reports, starts, records, unknown } = telling;
      assert.ok(records >= reports.length + starts.length);
      assert.ok(unknown.list().every(({ examples }) => examples.every((example) => example.length <= 200)));
      for (const { invocationId, functionName, facts } of reports) {
        assert.ok(invocationId !== '' && invocationId.length <= 512 && functionName.length <= 512);
        assert.equal(facts.platformStartKind ?? null, null);
      }
      rowsOf(telling, samplesMs);
    } catch (error) {
      if (!(error instanceof NotOfFormat || error instanceof HttpError)) throw error;
    }
  },
});
