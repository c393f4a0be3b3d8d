/** Half a line at the end of a file, which is still written or was cut, says nothing that the whole line does not say. */
import assert from 'node:assert/strict';
import { invocationsOf, iso, nowMs, readFile, reasonsOf } from './aws-support.ts';

const id = '0d1e2f3a-0000-4000-8000-000000000001';
const at = iso(nowMs - 60_000);
const report = `REPORT RequestId: ${id}\tDuration: 2.46 ms\tBilled Duration: 417 ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\t`;
const xray = 'XRAY TraceId: 1-6887bc24-69a702443d9e988c3411ef70\tSegmentId: 58c91264a2cb124e\tSampled: true\t';

const lastLines = [
  `${report}Init Duration: 413.61 ms\t`,
  `${report}Init Duration: 413.61 ms\tStatus: error\tError Type: Runtime.ExitError`,
  `${report}Restore Duration: 398.97 ms\tBilled Restore Duration: 182 ms\tStatus: timeout\t`,
  `${report}Init Duration: 413.61 ms\t${xray}`,
  `START RequestId: ${id} Version: $LATEST`,
  `START RequestId: ${id} Version: 41`,
  'INIT_START Runtime Version: python:3.12.v43\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:0',
  'INIT_REPORT Init Duration: 229.04 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError',
  `RequestId: ${id} Error: Runtime exited with error: exit status 1\nRuntime.ExitError`,
  `${at} ${id} Task timed out after 3.00 seconds`,
  JSON.stringify({
    ...{ time: at, type: 'platform.report' },
    record: { requestId: id, metrics: { durationMs: 2.46, initDurationMs: 413.61 } },
  }),
];

const streamOf = (line: string): string =>
  `2026/11/22/[${line.endsWith('$LATEST') ? '$LATEST' : '41'}]5ab0c1d2e3f405162738495a6b7c8d9e`;

const fileOf = (line: string): string =>
  `${at} INIT_START Runtime Version: python:3.12.v43\tRuntime Version ARN: arn:aws:lambda:x\n${at} ${streamOf(line)} ${line}`;

/** What is told of whom, without what is not. */
const factsIn = (text: string): Map<string, unknown> => {
  const { reports, starts } = readFile(text);
  const all = [...invocationsOf({ reports }).values(), ...starts.map(({ of, ...start }) => ({ ...start, ...of.told }))];
  return new Map(
    all.flatMap((one) =>
      Object.entries(one)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [
          `${'moment' in one ? one.moment : one.invocationId} ${one.instanceId} ${name}`,
          value,
        ]),
    ),
  );
};

describe('half a line at the end of a file', () => {
  for (const line of lastLines) {
    it(`says no other thing, wherever it ends: ${line.slice(0, 12)}…${line.slice(-30)}`, () => {
      const whole = factsIn(`${fileOf(line)}\n`);
      for (let end = fileOf(line).indexOf(']'); end <= fileOf(line).length; end += 1) {
        const text = fileOf(line).slice(0, end);
        for (const [name, value] of factsIn(text))
          assert.deepEqual(whole.get(name), value, `${name}: ${text.slice(-60)}`);
      }
    });
  }

  const cuts: [string, string][] = [
    ['before its init', report.slice(0, -1)],
    ['before its init, with the tab', report],
    ['behind its duration', `REPORT RequestId: ${id}\tDuration: 2.46 ms`],
    ['before its status', `${report}Init Duration: 413.61 ms\t`],
  ];
  for (const [where, line] of cuts) {
    it(`is counted where it is a REPORT, ${where}`, () => {
      const told = readFile(`${at} ${line}`);
      assert.deepEqual([told.reports, reasonsOf(told)], [[], { 'cut off': 1 }]);
    });
  }

  it('is a whole REPORT where it ends as only those do', () => {
    for (const end of [xray, xray.trimEnd()]) {
      const [one] = invocationsOf(readFile(`${at} ${report}${end}`)).values();
      assert.deepEqual([one?.platformStartKind, one?.platformBilledMs], ['warm', 417n]);
    }
  });

  it('is a START without its version, which is another one', () => {
    const versions = ['$LAT', '$LATEST', '4'].map((version) => {
      const [one] = invocationsOf(readFile(`${at} START RequestId: ${id} Version: ${version}`)).values();
      assert.equal(one?.platformStartedNs, BigInt(nowMs - 60_000) * 1_000_000n);
      return one?.functionVersion;
    });
    assert.deepEqual(versions, [null, '$LATEST', null]);
  });
});
