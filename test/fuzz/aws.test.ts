/** What AWS delivers: nothing that anybody sends gets further than a refusal in words, or a count. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { Telling } from '#collector/model/telling.js';
import { awsBodies, awsFormats } from '#collector/platforms/aws/index.js';
import { NotOfFormat } from '#collector/platforms/format.js';
import { OversizedBody } from '#collector/reading/limits.js';
import { HttpError } from '#collector/receive/http-error.js';
import { rowsOf } from '#collector/store/rows.js';
import { fixture } from '../unit/collector/platforms/aws-support.ts';
import { fuzz } from './fuzz.ts';
import { type Json, mutated, mutatedJson, type Random } from './random.ts';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const files = [
  'python-init-error.log',
  'java-snapstart.log',
  'nodejs-json.log',
  'java-console.log',
  'python-extension.log',
];
const texts = files.map((name) => fixture(name).replaceAll(/20\d\d-\d\d-\d\dT/g, '2026-11-22T'));
const names = ['shop', '__proto__', '', 'x'.repeat(2_000), '\u0000\u202e', '\ud800'];

const check = (told: Telling): void => {
  assert.ok(told.unknown.count <= told.records + 1, `${told.unknown.count} of ${told.records} are not known`);
  for (const { functionName, invocationId, facts } of told.reports) {
    assert.ok(functionName !== '' && functionName.length <= 512 && functionName.isWellFormed());
    assert.ok(invocationId !== '' && invocationId.length <= 512 && invocationId.isWellFormed());
    for (const value of Object.values(facts)) {
      if (typeof value === 'bigint') assert.ok(value >= 0n);
      if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0);
    }
  }
  // What cannot be put into columns is thrown here.
  rowsOf(told, nowMs);
};

fuzz({
  name: 'aws-lines',
  make: (random: Random) =>
    Buffer.from([random.one(names), mutated(Buffer.from(random.one(texts)), random).toString('latin1')].join('\n')),
  check: (input) => {
    const [functionName = '', ...lines] = input.toString().split('\n');
    for (const format of awsFormats) {
      const told = new Telling(nowMs);
      const reader = format.reader({ functionName }, told);
      for (const line of lines) {
        format.isLine(line);
        reader.line(line);
      }
      check(told);
    }
  },
  share: 0.5,
});

const events = (random: Random): Json =>
  random
    .one(texts)
    .split('\n')
    .map((message, index) => ({ id: String(index), timestamp: nowMs - index, message }));

const message = (random: Random): Json => ({
  messageType: random.one(['DATA_MESSAGE', 'DATA_MESSAGE', 'CONTROL_MESSAGE']),
  owner: '123456789012',
  logGroup: `/aws/lambda/${random.one(['shop', 'cart'])}`,
  logStream: '2026/11/22/[$LATEST]5ab0',
  logEvents: events(random),
});

const packed = (value: Json): string => gzipSync(JSON.stringify(value), { level: 1 }).toString('base64');

const valid: Readonly<Record<keyof typeof awsBodies, (random: Random) => Json>> = {
  firehose: (random) => ({
    requestId: 'r',
    timestamp: 1,
    records: [{ data: packed(mutatedJson(message(random), random)) }],
  }),
  cloudwatch: (random) =>
    random.one<() => Json>([
      () => message(random),
      () => ({ awslogs: { data: packed(message(random)) } }),
      () => ({ Records: [{ kinesis: { data: packed(mutatedJson(message(random), random)) } }] }),
      () => ({ events: events(random) }),
      () => ({ results: [[{ field: '@message', value: 'REPORT RequestId: a\tDuration: 1 ms\t' }]] }),
    ])(),
  'lambda-telemetry': () =>
    (texts[2] ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json),
};
const formats = Object.keys(valid) as (keyof typeof awsBodies)[];

/** The first byte says of which format it is. */
fuzz({
  name: 'aws-bodies',
  make: (random: Random) => {
    const format = random.whole(formats.length);
    const json = Buffer.from(
      JSON.stringify(mutatedJson(valid[formats[format] as keyof typeof awsBodies](random), random)),
    );
    const body = random.chance(0.5) ? json : mutated(json, random);
    return Buffer.concat([Buffer.from([format]), body]);
  },
  check: (input) => {
    const format = formats[(input[0] ?? 0) % formats.length] as keyof typeof awsBodies;
    const told = new Telling(nowMs);
    try {
      awsBodies[format](input.subarray(1), { functionName: 'shop' }, told);
    } catch (error) {
      assert.ok(
        error instanceof NotOfFormat || error instanceof HttpError || error instanceof OversizedBody,
        String(error),
      );
      return;
    }
    check(told);
  },
  share: 0.5,
});
