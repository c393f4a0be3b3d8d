/** Lambda's log, line by line: what each says, whichever tool has printed it. */
import assert from 'node:assert/strict';
import { Telling } from '#collector/model/telling.js';
import { TextLines } from '#collector/platforms/aws/text-lines.js';
import { fixture, invocationsOf, iso, msOf, nowMs, readLines, reasonsOf, shop } from './aws-support.ts';

const at = iso(nowMs - 60_000);
const report =
  'REPORT RequestId: 0d1e2f3a-0000-4000-8000-000000000001\tDuration: 2.46 ms\tBilled Duration: 417 ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\tInit Duration: 413.61 ms\t';
const id = '0d1e2f3a-0000-4000-8000-000000000001';
const stream = '2026/11/22/[7]5ab0c1d2e3f405162738495a6b7c8d9e';

const only = (text: string) => {
  const told = readLines(text);
  const [one] = invocationsOf(told).values();
  assert.ok(one, `nothing is told: ${JSON.stringify(told.unknown.list())}`);
  return one;
};

describe("Lambda's log", () => {
  it('tells of a cold start by its REPORT', () => {
    const one = only(`${at} ${report}`);
    assert.deepEqual(
      [one.provider, one.account, one.region, one.functionName, one.invocationId, one.cloudPlatform],
      ['aws', '123456789012', 'eu-central-1', 'shop', id, 'aws_lambda'],
    );
    assert.deepEqual([one.platformStartKind, one.platformIsCertain, one.platformInitInside], ['cold', 0, 0]);
    assert.deepEqual([msOf(one.platformReportedInitNs), msOf(one.platformDurationNs)], [413.61, 2.46]);
    assert.deepEqual([one.platformBilledMs, one.memoryMb, one.platformMemoryUsedMb], [417n, 1_024, 95]);
    assert.equal(one.platformStartedNs, BigInt(nowMs - 60_000) * 1_000_000n - 2_460_000n);
    assert.equal(one.platformStatus, null);
  });

  it('tells of a warm one by one without an init', () => {
    const one = only(`${at} ${report.slice(0, report.indexOf('Init'))}`);
    assert.deepEqual([one.platformStartKind, one.platformIsCertain, one.platformReportedInitNs], ['warm', null, null]);
  });

  const printed: [string, string][] = [
    ['an S3 export', `${at} ${report}`],
    ['aws logs tail', `${at.replace('Z', '000+00:00')} ${stream} ${report}`],
    ['aws logs tail --format short', `${at.slice(0, 19)} ${report}`],
    ['sam logs', `${stream} ${at.replace('Z', '000')} ${report}`],
    ['filter-log-events as text', `EVENTS\t3812\t${nowMs}\t${stream}\t${report}\n\t${nowMs - 60_000}`],
    ['get-log-events as text', `EVENTS\t${nowMs}\t${report}\n\t${nowMs - 60_000}`],
    ['the console, copied', `${at}\n${report}`],
    ['another zone', `${iso(nowMs - 60_000 + 19_800_000).replace('Z', '+05:30')}\t${report}`],
    ['spaces for tabs', `${at} ${report.replaceAll('\t', '  ')}`],
  ];
  for (const [tool, text] of printed) {
    it(`reads what ${tool} prints`, () => {
      const one = only(text);
      assert.deepEqual([one.invocationId, msOf(one.platformReportedInitNs)], [id, 413.61]);
      const atMs = Number((one.platformStartedNs ?? 0n) + (one.platformDurationNs ?? 0n)) / 1e6;
      assert.equal(Math.floor(atMs / 1_000), Math.floor((nowMs - 60_000) / 1_000));
      if (text.includes(stream)) assert.deepEqual([one.instanceId, one.functionVersion], [stream, '7']);
    });
  }

  it('keeps an XRAY line with its REPORT out of the way', () => {
    const told = readLines(
      `${at} ${report}\nXRAY TraceId: 1-6887bc24-69a702443d9e988c3411ef70\tSegmentId: 58c91264a2cb124e\tSampled: true\t`,
    );
    assert.deepEqual([told.records, told.reports.length, reasonsOf(told)], [2, 1, {}]);
    const oneLine = `${at} ${report}XRAY TraceId: 1-6887bc24-69a702443d9e988c3411ef70 SegmentId: 58c91264a2cb124e Sampled: true`;
    assert.equal(only(oneLine).platformBilledMs, 417n);
  });

  it('takes the kind, the runtime and the version from real logs of a restore', () => {
    const told = readLines(fixture('java-snapstart.log'), shop, Date.parse('2023-07-06'));
    const [restored, warm] = [...invocationsOf(told).values()];
    assert.deepEqual([restored?.platformStartKind, restored?.platformIsCertain], ['restored', 1]);
    assert.deepEqual([msOf(restored?.platformRestoreNs), restored?.platformBilledMs], [511.25, 610n]);
    assert.deepEqual([restored?.runtime, restored?.functionVersion], ['java11', '56']);
    assert.equal(warm?.platformStartKind, 'warm');
    assert.deepEqual(reasonsOf(told), { 'not of the platform': 1 });
  });

  it('finds whose invocation an init ran again in', () => {
    const told = readLines(fixture('python-init-error.log'), shop, Date.parse('2024-08-19'));
    const [one, ...others] = [...invocationsOf(told).values()];
    assert.equal(others.length, 0);
    assert.deepEqual([one?.platformStartKind, one?.platformIsCertain, one?.platformInitInside], ['cold', 1, 1]);
    assert.deepEqual([one?.platformStatus, one?.platformErrorType], ['error', 'Runtime.Unknown']);
    assert.deepEqual([msOf(one?.platformReportedInitNs), msOf(one?.platformDurationNs)], [1_712.41, 1_713.36]);
    assert.deepEqual(
      told.starts.map(({ moment, isAhead, startedNs }) => [moment, isAhead, Number(startedNs / 1_000_000n)]),
      [['begun', false, Date.parse('2024-08-18T11:04:10.079Z')]],
    );
    assert.equal(one?.runtime, 'python3.11');
  });

  it('takes the first call after an init that took too long for a cold one, and says that it is not sure', () => {
    const line = (afterMs: number, text: string) =>
      `${stream} ${iso(nowMs - 60_000 + afterMs).replace('Z', '000')} ${text}`;
    const text = [
      line(0, 'INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout'),
      line(
        12_000,
        'REPORT RequestId: a\tDuration: 11990.00 ms\tBilled Duration: 11990 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t',
      ),
      line(
        12_900,
        'REPORT RequestId: b\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t',
      ),
    ];
    for (const lines of [text, [...text, ...text]]) {
      const found = invocationsOf(readLines(lines.join('\n')));
      assert.deepEqual(
        ['a', 'b'].map((name) => [found.get(name)?.platformStartKind, found.get(name)?.platformInitInside]),
        [
          ['cold', 1],
          ['warm', null],
        ],
      );
      assert.equal(found.get('a')?.platformIsCertain, 0);
    }
  });

  const failures: [string, string, (string | null)[]][] = [
    ['a status', `${at} ${report}Status: timeout\t`, ['timeout', null]],
    [
      'a status and a type',
      `${at} ${report}Status: error\tError Type: Runtime.ExitError\t`,
      ['error', 'Runtime.ExitError'],
    ],
    ['a timeout', `${at} ${at} ${id} Task timed out after 3.00 seconds`, ['timeout', null]],
    ['a timeout without another time in front', `${at} ${id} Task timed out after 3.00 seconds`, ['timeout', null]],
    ['a runtime that ended', `${at} RequestId: ${id} Error: Runtime exited with error: exit status 1`, ['error', null]],
  ];
  for (const [what, text, expected] of failures) {
    it(`tells of ${what}`, () => {
      const one = only(text);
      assert.deepEqual([one.invocationId, one.platformStatus, one.platformErrorType], [id, ...expected]);
    });
  }

  it('names runtimes as AWS does', () => {
    const runtimes: [string, string | null][] = [
      ['python:3.12.v43', 'python3.12'],
      ['nodejs:22.mainline.v122', 'nodejs22.x'],
      ['java:21.v38', 'java21'],
      ['java:8.al2.v40', 'java8.al2'],
      ['dotnet:10.v20', 'dotnet10'],
      ['ruby:3.3.v12', 'ruby3.3'],
      ['provided:al2023.v99', 'provided.al2023'],
      ['go:1.v30', 'go1.x'],
      ['__proto__', null],
      ['constructor:1', 'constructor1'],
    ];
    for (const [version, expected] of runtimes) {
      const one = only(
        `${at} INIT_START Runtime Version: ${version}\tRuntime Version ARN: arn:aws:lambda:x\n${at} ${report}`,
      );
      assert.equal(one.runtime, expected);
    }
  });

  it('reads the log in JSON', () => {
    const told = readLines(
      fixture('nodejs-json.log'),
      { account: '825765399535', region: 'eu-central-1' },
      Date.parse('2026-10-09'),
    );
    const [cold, warm] = [...invocationsOf(told).values()];
    assert.deepEqual([cold?.functionName, cold?.runtime, cold?.memoryMb], ['tenner-notifier', 'nodejs22.x', 256]);
    assert.deepEqual([cold?.platformStartKind, cold?.platformIsCertain, cold?.platformStatus], ['cold', 0, 'success']);
    assert.deepEqual([msOf(cold?.platformReportedInitNs), cold?.platformBilledMs], [463.512, 1_698n]);
    assert.deepEqual([warm?.platformStartKind, warm?.functionVersion], ['warm', '$LATEST']);
    assert.deepEqual(reasonsOf(told), { 'not of the platform': 1 });
  });

  it('takes the function from the stream where several share a group', () => {
    const text = `2026/11/22/cart[$LATEST]5ab0 ${at.replace('Z', '000')} ${report}`;
    const [one] = invocationsOf(readLines(text, {})).values();
    assert.deepEqual([one?.functionName, one?.functionVersion, one?.account], ['cart', '$LATEST', '']);
  });

  const bad: [string, string, Record<string, number>][] = [
    ['half a REPORT', `${at} ${report.slice(0, 90)}`, { 'cut off': 1 }],
    ['half a number', `${at} REPORT RequestId: ${id}\tDuration: 2.`, { 'cut off': 1 }],
    ['half a label', `${at} ${report.slice(0, report.indexOf('Init') + 6)}`, { 'cut off': 1 }],
    ['half a START', `${at} START RequestId: ${id.slice(0, 9)}`, { 'cut off': 1 }],
    ['half a line of JSON', '{"time":"2026-11-22T11:59:00.000Z","type":"platform.rep', { 'cut off': 1 }],
    ['no time', fixture('nodejs-syntax-error.log').split('\n')[4] ?? '', { 'wrong time': 1 }],
    ['a time long ago', `2019-10-01T00:00:00.000Z ${report}`, { 'wrong time': 1 }],
    ['no id', `${at} REPORT RequestId: \tDuration: 2.46 ms\t`, { 'no invocation id': 1 }],
    ['a failure of nobody', `${at} RequestId:  Error: Runtime exited`, { 'not of the platform': 1 }],
    ['a line of the function', `${at}\t${id}\tINFO\thello REPORT`, { 'not of the platform': 1 }],
    ['JSON of the function', '{"level":"INFO","message":"hi"}', { 'unknown shape': 1 }],
    ['JSON of nobody', '{"a":1}', { 'unknown shape': 1 }],
    ['an event that is not known', '{"time":"x","type":"platform.other","record":{}}', { 'unknown shape': 1 }],
    [
      'a number beyond all',
      `${at} REPORT RequestId: ${id}\tDuration: 99999999999999999999 ms\t`,
      { 'unreadable figure': 1 },
    ],
    ['figures of another locale', `${at} ${report.replaceAll('.', ',')}`, { 'unreadable figure': 1 }],
    ['figures with spaces in them', `${at} ${report.replace('1024', '1 024')}`, { 'unreadable figure': 1 }],
    ['an init of another locale', `${at} INIT_REPORT Init Duration: 1,5 ms\tPhase: init`, { 'unreadable figure': 1 }],
  ];
  for (const [what, text, reasons] of bad) {
    it(`counts ${what} and guesses nothing`, () => {
      const told = readLines(text);
      assert.deepEqual(reasonsOf(told), reasons);
      assert.equal(told.reports.length, 0);
    });
  }

  it('gives an event up whose time never comes', () => {
    const told = readLines(`EVENTS\t3812\t${nowMs}\t${stream}\t${report}\n${at} ${report.replaceAll(id, 'b')}`);
    assert.deepEqual([...invocationsOf(told).keys()], ['b']);
    assert.deepEqual(reasonsOf(told), { 'cut off': 1 });
  });

  it('takes what is nested so deep that nobody can write it again', () => {
    const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    const told = new Telling(nowMs);
    const reader = new TextLines(shop, told);
    for (const line of [`{"a":${deep}}`, `{"coldlens":${deep}}`]) reader.line(line);
    assert.deepEqual(reasonsOf(told), { 'not of the platform': 1, 'unknown shape': 1 });
  });

  it('says where it knows of no function', () => {
    assert.deepEqual(reasonsOf(readLines(`${at} ${report}`, {})), { 'no function': 1 });
  });

  it('cuts what is too long for a column', () => {
    const one = only(`${at} REPORT RequestId: ${'x'.repeat(5_000)}\tDuration: 1 ms\t`);
    assert.ok(one.invocationId.length <= 512);
  });
});
