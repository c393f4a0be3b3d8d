/** Cloudflare's trace events, tail items and answers to uploads: what each becomes, and what is not taken for anything. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { instantNs } from '#collector/model/instant.js';
import type { Report } from '#collector/model/invocation/partial.js';
import type { Telling } from '#collector/model/telling.js';
import { cloudflareFormats } from '#collector/platforms/cloudflare/index.js';
import { NotOfFormat } from '#collector/platforms/format.js';
import { randomOf } from '../../../fuzz/random.ts';
import { cloudflareFixture, samplesMs, told } from '../../../support/cloudflare.ts';

const event = (fields: object): string =>
  JSON.stringify({
    ScriptName: 'shop',
    EventType: 'fetch',
    EventTimestampMs: samplesMs,
    Outcome: 'ok',
    CPUTimeMs: 4,
    WallTimeMs: 26,
    Event: { RayID: 'a4338d04285dc51c' },
    ...fields,
  });
const only = ({ reports }: Telling): Report => {
  assert.equal(reports.length, 1);
  return reports[0] as Report;
};
const reasons = ({ unknown }: Telling): Record<string, number> =>
  Object.fromEntries(unknown.list().map(({ reason, count }) => [reason, count]));

describe("Cloudflare's trace events", () => {
  it('are invocations of their script by the ray that the agent names too', () => {
    const { reports } = told(cloudflareFixture('logpush.ndjson'), {}, 1_714_900_000_000);
    assert.deepEqual(
      reports.map(({ functionName, invocationId }) => [functionName, invocationId]),
      [
        ['test', '87ed87f80cf22d84'],
        ['test', '87ed87fb49cb2d84'],
      ],
    );
    const [first] = reports;
    assert.equal(first?.of.told.functionVersion, '1e7519b3-08e2-441d-ae10-7c8c6d3b7e17');
    assert.deepEqual([first?.of.told.provider, first?.of.told.account, first?.of.told.region], ['cloudflare', '', '']);
    assert.equal(first?.of, reports[1]?.of);
  });

  it('tell CPU and wall time, outcome and trigger, and never a kind of start', () => {
    const { reports } = told(cloudflareFixture('logpush-made.ndjson'));
    assert.deepEqual(
      reports.map(({ invocationId, facts }) => [
        invocationId.replace(/ [0-9a-f]{32}$/, ' …'),
        Number(facts.platformCpuUs),
        Number(facts.platformDurationNs) / 1e6,
        facts.platformStatus,
        facts.platformErrorType,
        facts.trigger,
        facts.cloudPlatform,
      ]),
      [
        ['a4338d04285dc51c', 4_000, 26, 'success', null, 'http', 'cloudflare.workers'],
        ['a4338d04285dc51d', 2_000, 9, 'error', 'RangeError', 'http', 'cloudflare.workers'],
        ['a4338d04285dc51e', 30_000_000, 30_050, 'timeout', 'exceededCpu', 'http', 'cloudflare.workers'],
        ['a4338d04285dc51f', 1_000, 3, 'success', null, 'http', 'cloudflare.workers'],
        ['*/5 * * * * 1790773500000', 7_000, 80, 'success', null, 'timer', 'cloudflare.workers'],
        ['queue …', 5_000, 40, 'success', null, 'pubsub', 'cloudflare.workers'],
        ['fetch …', 3_000, 12, 'success', null, 'http', 'cloudflare.workers.calls'],
        ['alarm …', 1_000, 2, 'success', null, 'timer', 'cloudflare.durable_objects'],
      ],
    );
    for (const { facts } of reports) {
      assert.deepEqual(
        [facts.platformStartKind, facts.platformReportedInitNs, facts.startKind],
        [undefined, undefined, undefined],
      );
    }
  });

  for (const [form, written, expectedMs] of [
    ['milliseconds', samplesMs + 123, samplesMs + 123],
    ['seconds', samplesMs / 1_000, samplesMs],
    ['nanoseconds', `${samplesMs}123456789`.slice(0, 19), samplesMs + 123],
    ['nanoseconds as a number', (samplesMs + 123) * 1e6, samplesMs + 123],
    ['RFC 3339', new Date(samplesMs).toISOString(), samplesMs],
    ['RFC 3339 with nanoseconds', '2026-10-15T12:00:00.123456789Z', samplesMs + 123],
  ] as const) {
    it(`may have their time in ${form}`, () => {
      const { seenNs } = only(told(event({ EventTimestampMs: written })));
      // A job's nanoseconds go through a double, which holds them to some hundred.
      if (form === 'nanoseconds')
        return assert.equal(seenNs / 1_000_000n, BigInt(`${samplesMs}123456789`.slice(0, 13)));
      return assert.equal(Math.round(Number(seenNs) / 1e6), expectedMs);
    });
  }

  for (const wrong of [undefined, null, '', 'yesterday', -1, Number.MAX_VALUE, {}, '12:00', 1e30, true, 0]) {
    it(`are not believed with a time of ${JSON.stringify(wrong)}`, () => {
      const telling = told(event({ EventTimestampMs: wrong }));
      assert.deepEqual([telling.reports, reasons(telling)], [[], { 'wrong time': 1 }]);
    });
  }

  it('leave out what they do not tell, and what is none', () => {
    const { facts } = only(told(event({ CPUTimeMs: '4', WallTimeMs: -1, Outcome: 7, EventType: undefined })));
    assert.deepEqual(
      [facts.platformCpuUs, facts.platformDurationNs, facts.platformStatus, facts.trigger],
      [null, null, null, 'http'],
    );
  });

  it('without a name are of the function that the request names, or of none', () => {
    const body = event({ ScriptName: '' });
    assert.equal(only(told(body, { functionName: 'named', account: 'a' })).functionName, 'named');
    assert.deepEqual(reasons(told(body)), { 'no function': 1 });
  });

  it('take the ray of the headers where the event has none, whatever their case', () => {
    const { invocationId } = only(told(event({ Event: { Request: { Headers: { 'CF-Ray': '87ed87f80cf22d84' } } } })));
    assert.equal(invocationId, '87ed87f80cf22d84');
  });

  it('come packed, whatever the request says of it', () => {
    assert.equal(told(gzipSync(event({}))).reports.length, 1);
  });

  it("count Logpush's trial of its destination as what it is", () => {
    const telling = told('{"content":"tests"}');
    assert.deepEqual([telling.records, reasons(telling)], [1, { 'control message': 1 }]);
    assert.deepEqual(reasons(told(gzipSync('{"content":"tests"}\n'))), { 'control message': 1 });
  });

  it('between foreign, broken and endless lines are found', () => {
    const telling = told(
      Buffer.concat([
        Buffer.from(`${event({})}\n{"ScriptName":"shop","Outc\n\n[1,2]\n"text"\nsome text\n{"a":}\n`),
        Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]),
        Buffer.from(`{"a":"${'x'.repeat(1_100_000)}"}\r\n${event({ Event: { RayID: 'b' } })}`),
      ]),
    );
    assert.equal(telling.reports.length, 2);
    assert.deepEqual(reasons(telling), {
      'cut off': 1,
      'unknown shape': 2,
      'not of the platform': 2,
      'not JSON': 1,
      'not UTF-8': 1,
      'too long': 1,
    });
    assert.equal(telling.records, 10);
  });

  it('refuse nothing but an empty body', () => {
    assert.throws(() => told(''), NotOfFormat);
    assert.deepEqual(reasons(told('   ')), {});
    assert.equal(told('['.repeat(1_500_000)).reports.length, 0);
  });
});

describe('tail items', () => {
  it('are invocations: of Cloudflare’s own example', () => {
    const { functionName, invocationId, facts } = only(
      told(cloudflareFixture('tail-items.json'), {}, 1_587_060_000_000),
    );
    assert.deepEqual(
      [functionName, invocationId, facts.platformStatus, facts.platformErrorType, facts.trigger],
      ['Example script', '57d55f210d7b95f3', 'error', 'Error', 'http'],
    );
  });

  it('tell their event by its members', () => {
    const { reports } = told(cloudflareFixture('wrangler-tail.ndjson'), {}, 1_790_670_000_000);
    assert.deepEqual(
      // The first is too old to be believed beside the others.
      reports.map(({ invocationId, facts }) => [
        invocationId.replace(/ [0-9a-f]{32}$/, ' …'),
        facts.trigger,
        facts.platformStatus,
        facts.cloudPlatform,
      ]),
      [
        ['*/5 * * * * 1790665119000', 'timer', 'success', 'cloudflare.workers'],
        ['alarm …', 'timer', 'success', 'cloudflare.durable_objects'],
        ['email …', 'other', 'success', 'cloudflare.workers'],
        ['queue …', 'pubsub', 'failure', 'cloudflare.workers'],
      ],
    );
  });

  it('of our own Tail Worker keep its id where Cloudflare has none, and tell what was dropped', () => {
    const item = {
      scriptName: 'shop',
      outcome: 'ok',
      eventTimestamp: samplesMs,
      event: { queue: 'q' },
      coldlensId: 'one',
    };
    const telling = told(JSON.stringify([item, { coldlensDropped: 12 }]));
    assert.equal(only(telling).invocationId, 'one');
    assert.deepEqual(reasons(telling), { 'dropped by the platform': 12 });
    assert.deepEqual(reasons(told('{"coldlensDropped":-5}')), { 'dropped by the platform': 1 });
  });

  it('name the same request as Logpush does', () => {
    const item = {
      scriptName: 'shop',
      outcome: 'ok',
      eventTimestamp: samplesMs,
      event: { request: { headers: { 'cf-ray': 'a4338d04285dc51c' } } },
    };
    assert.equal(only(told(JSON.stringify(item))).invocationId, only(told(event({}))).invocationId);
  });
});

describe('answers to uploads', () => {
  const starts = (body: string, functionName?: string) =>
    told(body, functionName === undefined ? {} : { functionName }).starts.map(
      ({ of, functionName: name, instanceId, moment, initNs, isAhead, startedNs }) => ({
        ...{ provider: of.told.provider, name, instanceId, moment, isAhead },
        ...{ ms: Number(initNs) / 1e6, at: new Date(Number(startedNs / 1_000_000n)).toISOString() },
      }),
    );
  const uploaded = { provider: 'cloudflare', moment: 'uploaded', isAhead: true };

  it('of a script name it and its version', () => {
    assert.deepEqual(starts(cloudflareFixture('upload-script.json')), [
      {
        ...uploaded,
        ...{ name: 'this-is_my_script-01', instanceId: '1e7519b3-08e2-441d-ae10-7c8c6d3b7e17', ms: 10 },
        at: '2026-10-02T09:30:00.250Z',
      },
    ]);
  });

  it('of a version do not name the script, so the request has to', () => {
    const body = cloudflareFixture('upload-version.json');
    assert.deepEqual(starts(body, 'shop'), [
      {
        ...uploaded,
        ...{ name: 'shop', instanceId: '18f97339-c287-4872-9bdd-e2135c07ec12', ms: 37 },
        at: '2026-10-12T23:58:00.000Z',
      },
    ]);
    assert.deepEqual(reasons(told(body)), { 'no function': 1 });
  });

  it('may be what wrangler printed, which has the time of its arrival', () => {
    assert.deepEqual(starts(cloudflareFixture('wrangler-deploy.txt')), [
      {
        ...uploaded,
        ...{ name: 'veradoc-telemetry', instanceId: 'b8dbe0a1-2b42-4e3a-bf92-9912164ee0e0', ms: 6 },
        at: new Date(samplesMs).toISOString(),
      },
    ]);
  });

  for (const ms of [-1, '10', null, 1e300]) {
    it(`tell nothing with a start-up time of ${JSON.stringify(ms)}`, () => {
      const telling = told(JSON.stringify({ result: { id: 'shop', startup_time_ms: ms } }));
      assert.deepEqual([telling.starts, reasons(telling)], [[], { 'unknown shape': 1 }]);
    });
  }
});

describe('moments', () => {
  it('are of the unit that their length tells', () => {
    for (const written of ['1790773392', '1790773392000', '1790773392000000', '1790773392000000000']) {
      assert.equal(instantNs(written), 1_790_773_392_000_000_000n);
    }
    assert.equal(instantNs(1_790_773_392), 1_790_773_392_000_000_000n);
    for (const none of ['', '1e9', '-1', Number.NaN, Number.POSITIVE_INFINITY, '9'.repeat(20), [], null]) {
      assert.equal(instantNs(none), null, String(none));
    }
  });
});

describe('a log of trace events', () => {
  const format = cloudflareFormats[0];
  const lines = `${cloudflareFixture('logpush-made.ndjson')}${cloudflareFixture('wrangler-tail.ndjson')}`
    .trim()
    .split('\n');
  /** All that is told of each invocation, however often. */
  const facts = (log: readonly string[]): Set<string> =>
    new Set(
      told(log.join('\n')).reports.map(({ of, functionName, invocationId, seenNs, facts: own }) =>
        JSON.stringify([of.told, functionName, invocationId, seenNs, own], (_name, value) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
      ),
    );

  it('is known by its shape', () => {
    for (const line of lines) assert.ok(format?.isRecord(JSON.parse(line)), line);
    assert.ok(format?.isRecord(JSON.parse(cloudflareFixture('tail-items.json'))));
    assert.ok(format?.isRecord(JSON.parse(cloudflareFixture('upload-script.json'))));
    assert.ok(format?.isLine('Worker Startup Time: 6 ms'));
    for (const other of [
      {},
      [],
      null,
      'x',
      { ScriptName: 'x' },
      { outcome: 'ok' },
      { resourceSpans: [] },
      { id: 'x' },
      { id: 'x', startup_time_ms: 4 },
      { startup_time_ms: 4, etag: 'x' },
      { result: { startup_time_ms: 4 } },
      { content: 'tests', level: 'info' },
      { outcome: 'ok', eventTimestamp: 1 },
    ]) {
      assert.equal(format?.isRecord(other), false, JSON.stringify(other));
    }
    assert.equal(format?.isLine('REPORT RequestId: x'), false);
  });

  it('has the same invocations in any order, doubled and cut, minus what was cut', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = randomOf(seed);
      const whole = new Set<number>();
      const log: string[] = [];
      for (let left = lines.length * 2; left > 0; left -= 1) {
        const index = random.whole(lines.length);
        const line = lines[index] as string;
        if (random.chance(0.2)) log.push(line.slice(0, random.whole(line.length - 1)));
        else {
          log.push(line);
          whole.add(index);
        }
        if (random.chance(0.2)) log.push('Worker says hello');
      }
      assert.deepEqual(facts(log), facts(lines.filter((_, index) => whole.has(index))), `seed ${seed}`);
    }
  });
});
