/** What Lambda's log says of invocations that failed, in a file as an import reads it, and what functions write that looks like it. */
import assert from 'node:assert/strict';
import { Telling } from '#collector/model/telling.js';
import { awsBodies } from '#collector/platforms/aws/index.js';
import { invocationsOf, iso, nowMs, readLines, reasonsOf, shop } from './aws-support.ts';

const id = '00000007-1111-4222-8333-444455556666';
const at = iso(nowMs - 60_000);
const stream = '2026/11/22/[7]5ab0c1d2e3f405162738495a6b7c8d9e';
const timeout = `${at} ${id} Task timed out after 3.00 seconds`;
const exit = `RequestId: ${id} Error: Runtime exited with error: exit status 1`;
const report = `REPORT RequestId: ${id}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t`;

const statusIn = (text: string): unknown => {
  const told = readLines(text);
  const one = invocationsOf(told).get(id);
  return [one?.platformStatus, one?.platformErrorType, reasonsOf(told)];
};

describe("failures in Lambda's log", () => {
  it('are read between the other lines of their invocation', () => {
    const around = (lines: string[]): string =>
      [`START RequestId: ${id} Version: $LATEST`, ...lines, `END RequestId: ${id}`, report]
        .map((line) => `${at} ${line}`)
        .join('\n');
    assert.deepEqual(statusIn(around([`${timeout}\n`])), ['timeout', null, {}]);
    assert.deepEqual(statusIn(around([`${exit}\nRuntime.ExitError`])), ['error', 'Runtime.ExitError', {}]);
  });

  const timeouts: [string, string][] = [
    ['an S3 export', `${at} ${timeout}`],
    ['an S3 export, with the time once', timeout],
    ['aws logs tail', `${at.replace('Z', '000+00:00')} ${stream} ${timeout}`],
    ['sam logs', `${stream} ${at.replace('Z', '000')} ${timeout}`],
    ['filter-log-events as text', `EVENTS\t3812\t${nowMs}\t${stream}\t${timeout}\n\n\t${nowMs - 60_000}`],
    ['the console, copied', `${at}\n${timeout}`],
  ];
  for (const [tool, text] of timeouts) {
    it(`tell of a timeout as ${tool} prints it`, () => assert.deepEqual(statusIn(text), ['timeout', null, {}]));
  }

  const exits: [string, string][] = [
    [' Error: Runtime exited with error: signal: killed', 'Runtime.ExitError'],
    [' Error: Runtime exited without providing a reason', 'Runtime.ExitError'],
    [' Error: fork/exec /var/task/bootstrap: exec format error', 'Runtime.InvalidEntrypoint'],
    [" Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]", 'Runtime.InvalidEntrypoint'],
    [' Error: exit status 1', 'Extension.Crash'],
  ];
  for (const [text, type] of exits) {
    it(`tell of "${text.trim()}" and its type in the line behind it`, () => {
      const message = `RequestId: ${id}${text}\n${type}`;
      assert.deepEqual(statusIn(`${at} ${message}`), ['error', type, {}]);
      assert.deepEqual(statusIn(`EVENTS\t3812\t${nowMs}\t${stream}\t${message}\t${nowMs - 60_000}`), [
        'error',
        type,
        {},
      ]);
      const event = {
        logGroup: '/aws/lambda/shop',
        logEvents: [{ timestamp: nowMs - 60_000, message: `${message}\n` }],
      };
      assert.deepEqual(statusIn(JSON.stringify(event)), ['error', type, {}]);
    });
  }

  it('take the type from the very next line, and from no other', () => {
    const lone = { 'not of the platform': 1 };
    assert.deepEqual(statusIn(`${at} ${exit}\n${at} ${report}\nRuntime.ExitError`), ['error', null, lone]);
    assert.deepEqual(statusIn('Runtime.ExitError'), [undefined, undefined, lone]);
    assert.deepEqual(statusIn(`${at} ${exit}\nRuntime.ExitError in line 3`), ['error', null, lone]);
  });

  const written = [
    'job42 Task timed out after 30 seconds waiting for db',
    'worker Task timed out after 2s',
    `${id} Task timed out after 3.00 seconds waiting for db`,
    `${id} Task timed out after 2s`,
    'job42 Task timed out after 3.00 seconds',
    `child ${id} Task timed out after 3.00 seconds`,
    'RequestId: myown Error: I just log this',
    'RequestId: myown Error: Runtime exited with error: exit status 1',
    `RequestId: ${id} Error: I just log this`,
    `RequestId: ${id} Error: Runtime exit`,
  ];
  for (const message of written) {
    it(`are not what a function writes: ${message}`, () => {
      const bare = readLines(`${at} ${message}`);
      const body = JSON.stringify({
        ...{ messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: '/aws/lambda/shop', logStream: stream },
        logEvents: [{ id: '1', timestamp: nowMs - 60_000, message }],
      });
      const live = new Telling(nowMs);
      awsBodies.cloudwatch(Buffer.from(body), shop, live);
      const delivered = new Telling(nowMs);
      const data = Buffer.from(body).toString('base64');
      awsBodies.firehose(Buffer.from(JSON.stringify({ records: [{ data }] })), shop, delivered);
      for (const told of [bare, readLines(body), live, delivered]) {
        assert.deepEqual([told.reports, reasonsOf(told)], [[], { 'not of the platform': 1 }]);
      }
    });
  }
});
