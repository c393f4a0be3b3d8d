/** Each record is asked of the formats; what none of them knows is counted by its reason, and nothing is fatal. */
import assert from 'node:assert/strict';
import { maxLineBytes } from '#collector/import/chunk.js';
import { DistinctCount, hashesOf } from '#collector/import/distinct.js';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { askedPlace, placeOf } from '#collector/import/place.js';
import { namedFunction } from '#collector/model/invocation/facts.js';
import { Telling } from '#collector/model/telling.js';
import type { LogFormat } from '#collector/platforms/format.js';
import { idOf } from './logs.ts';

const readings = (formats: readonly LogFormat[], text: string | Uint8Array) => {
  const framer = new Framer();
  const into = new Telling(Date.now());
  const reading = new FileReading({ formats, place: {}, into });
  const chunks = [...framer.push(Buffer.from(text as string)), ...framer.end()];
  const counts = chunks.map((chunk, at) => reading.read(chunk, at === chunks.length - 1));
  return { into, counts, unknown: into.unknown.list().map(({ reason, count }) => [reason, count]) };
};

/** Takes what has a key, and lines that begin with it. */
const formatOf = (name: string, taken: string[], asked: string[] = []): LogFormat => ({
  name,
  title: name,
  isRecord: (value) => {
    asked.push(name);
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  },
  isLine: (line) => {
    asked.push(name);
    return line.startsWith(name);
  },
  reader: (_place, into) => ({
    record: (value) => {
      into.records += 1;
      taken.push(`${name} ${JSON.stringify(value)}`);
    },
    line: (line) => {
      into.records += 1;
      taken.push(`${name} ${line}`);
    },
  }),
});

describe('reading a chunk', () => {
  it('gives each record to the format that knows it, in files that mix them', () => {
    const taken: string[] = [];
    const formats = [formatOf('one', taken), formatOf('two', taken)];
    const text = [
      'two begins\r',
      '{"one":1}{"two":2}',
      '[{"one":3},{"two":[4]}]',
      '{"next":null,"items":[{"two":5}]}',
      '  {"one":6}',
      'one ends',
    ].join('\n');
    const { into, counts } = readings(formats, text);
    assert.deepEqual(taken, [
      'two two begins',
      'one {"one":1}',
      'two {"two":2}',
      'one {"one":3}',
      'two {"two":[4]}',
      'two {"two":5}',
      'one {"one":6}',
      'one one ends',
    ]);
    assert.deepEqual([into.records, into.unknown.count], [8, 0]);
    assert.deepEqual(counts, [{ two: 4, one: 4 }]);
  });

  it('asks the format that fitted last first', () => {
    const asked: string[] = [];
    readings([formatOf('one', [], asked), formatOf('two', [], asked)], 'two\ntwo\ntwo\n{"two":1}\n{"two":1}\n');
    assert.deepEqual(asked, ['one', 'two', 'two', 'two', 'one', 'two', 'two']);
  });

  it('counts what is not known by its reason', () => {
    const bytes = Buffer.concat([
      Buffer.from('foreign\n\n \t\n{"a":1}\n[{"b":2}]\n{"c":tru}\n{"d":"half\n'),
      Buffer.from([0x6f, 0x6e, 0x65, 0xff, 0x0a]),
      Buffer.from(
        `one\n${'x'.repeat(maxLineBytes + 1)}\n{"items":[{"x":1}]}\n[INFO] hello\n[2026-11-22 10:00] [main] x\n{hello} you\n{"e":1} x\n["f\nhalf a li`,
      ),
    ]);
    const taken: string[] = [];
    const { into, unknown } = readings([formatOf('one', taken)], bytes);
    assert.deepEqual(taken, ['one one']);
    assert.deepEqual(
      new Map(unknown as [string, number][]),
      new Map([
        ['unknown shape', 4],
        ['cut off', 1],
        ['not of the platform', 5],
        ['not JSON', 3],
        ['not UTF-8', 1],
        ['too long', 1],
      ]),
    );
    assert.equal(into.records, 16);
  });

  it('keeps lines together that only say something together, wherever chunks end', () => {
    const nowMs = Date.now();
    const report = (number: number) => `REPORT RequestId: ${idOf(number)}\tDuration: 2.46 ms\tBilled Duration: 3 ms\t`;
    const events = Array.from({ length: 50 }, (_, at) => `EVENTS\t1\t${nowMs}\t${report(at)}\n\t${nowMs}\n`).join('');
    const rows = Array.from(
      { length: 50 },
      (_, at) => `${new Date(nowMs).toISOString()},"${report(at)}\nXRAY TraceId: 1-5\t"\n`,
    ).join('');
    for (const text of [events, `@timestamp,@message\n${rows}`]) {
      const framer = new Framer(100);
      const into = new Telling(nowMs);
      const reading = new FileReading({ formats: importFormats, place: { functionName: 'f' }, into });
      for (const chunk of [...framer.push(Buffer.from(text)), ...framer.end()]) reading.read(chunk, false);
      assert.deepEqual([into.reports.length, into.unknown.list()], [50, []], text.slice(0, 20));
    }
  });

  it('reads a text that is not ASCII', () => {
    const taken: string[] = [];
    readings([formatOf('one', taken)], 'one ü\n{"one":"€😀"}\none x\n');
    assert.deepEqual(taken, ['one one ü', 'one {"one":"€😀"}', 'one one x']);
  });

  it('reads OTLP one request a line and as a whole body, however long', () => {
    const span = (number: number) => ({
      traceId: idOf(number).replaceAll('-', ''),
      spanId: '00f067aa0ba902b7',
      name: 'x'.repeat(1_000),
      startTimeUnixNano: '1',
    });
    const request = (from: number, count: number) => ({
      resourceSpans: Array.from({ length: 3 }, () => ({
        resource: { attributes: [{ key: 'faas.name', value: { stringValue: 'f' } }] },
        scopeSpans: [{ spans: Array.from({ length: count }, (_, at) => span(from + at)) }],
      })),
    });
    const lines = `${JSON.stringify(request(0, 2))}\n${JSON.stringify({ resourceLogs: [] })}\n${JSON.stringify(request(2, 1))}\n`;
    const { into, unknown } = readings(importFormats, lines);
    assert.deepEqual([into.spans.length, unknown], [9, [['unknown shape', 1]]]);
    const whole = readings(importFormats, JSON.stringify(request(0, 1_000), null, 1));
    assert.deepEqual([whole.into.spans.length, whole.unknown], [3_000, []]);
    assert.equal(whole.into.spans[2_999]?.resource.get('faas.name'), 'f');
    const bad = readings(
      importFormats,
      '{"resourceSpans":[7]}\n{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"n"}]}]}]}\n',
    );
    assert.deepEqual(bad.unknown, [['unknown shape', 2]]);
  });
});

describe('the place of a file', () => {
  it('takes function and stream from the path of an export to S3', () => {
    const stream = '[$LATEST]8a5e0bb0a7a84ed1b0c6b2b2a5f1c1aa';
    const path = `/tmp/logs/aws/lambda/checkout/0f1e/2026-11-22-${stream}/000000.gz`;
    assert.deepEqual(placeOf({ region: 'r' }, path), {
      region: 'r',
      functionName: 'checkout',
      logStream: `2026/11/22/${stream}`,
    });
    assert.deepEqual(placeOf({ functionName: 'asked' }, 'aws/lambda/checkout/x.gz'), { functionName: 'asked' });
    assert.deepEqual(placeOf({}, 'plain.log'), {});
  });

  it('follows from a log group of Lambda, and from no other', () => {
    assert.deepEqual(askedPlace({ logGroup: '/aws/lambda/checkout', account: '1' }), {
      functionName: 'checkout',
      account: '1',
    });
    assert.deepEqual(askedPlace({ logGroup: 'ours', functionName: 'f' }), { functionName: 'f' });
    assert.throws(() => askedPlace({ logGroup: 'ours' }), /--log-group is "ours", which names no function/);
    assert.throws(() => askedPlace({ logGroup: '/aws/lambda/a,/aws/lambda/b' }), /can only be of one/);
    for (const pair of ['ours=', '=f', 'a=b=c'])
      assert.throws(() => askedPlace({ logGroup: pair }), /which function is of which group/);
  });

  it('follows from what a person says of groups with other names', () => {
    const asked = askedPlace({ logGroup: 'ours=cart,/org/prod=shop' });
    assert.deepEqual(asked, { functionOfGroup: { ours: 'cart', '/org/prod': 'shop' } });
    assert.equal(placeOf(asked, 'export/org/prod/0a/stream/000000.gz').functionName, 'shop');
    assert.equal(placeOf(asked, 'export/courses/0a/000000.gz').functionName, undefined);
    const nowMs = Date.now();
    const logEvents = [{ id: '1', timestamp: nowMs, message: 'REPORT RequestId: a\tDuration: 2.46 ms\t' }];
    const into = new Telling(nowMs);
    const reading = new FileReading({ formats: importFormats, place: asked, into });
    const framer = new Framer();
    const groups = ['ours', '/org/prod', 'theirs', '__proto__'];
    for (const logGroup of groups) {
      const text = JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup, logStream: 's', logEvents });
      for (const chunk of framer.push(Buffer.from(`${text}\n`))) reading.read(chunk, false);
    }
    for (const chunk of framer.end()) reading.read(chunk, true);
    assert.deepEqual(
      [
        into.reports.map(({ functionName }) => functionName),
        into.unknown.list().map(({ reason, count }) => [reason, count]),
      ],
      [['cart', 'shop'], [['no function', 2]]],
    );
  });
});

describe('counting invocations', () => {
  const of = namedFunction('f', { provider: 'aws' });
  const counted = (count: number) => {
    const distinct = new DistinctCount();
    for (let from = 0; from < count; from += 1_000) {
      const ids = Array.from({ length: Math.min(1_000, count - from) }, (_, at) => ({
        of,
        invocationId: idOf(from + at),
      }));
      distinct.add(hashesOf(ids));
      distinct.add(hashesOf(ids.slice(0, 10)));
    }
    return distinct;
  };

  it('is exact up to some ten thousand', () => {
    const distinct = counted(20_000);
    assert.deepEqual([distinct.count, distinct.isExact], [20_000, true]);
    const other = namedFunction('g', { provider: 'aws' });
    distinct.add(hashesOf([{ of: other, invocationId: idOf(1) }]));
    assert.equal(distinct.count, 20_001);
  });

  it('is within 1 % beyond', () => {
    const distinct = counted(200_000);
    assert.equal(distinct.isExact, false);
    assert.ok(Math.abs(distinct.count / 200_000 - 1) < 0.01, `${distinct.count}`);
  });
});
