/** What collector/sources/aws.md shows: its filter is held against real lines, its commands and files against the programs that read them. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findProgram } from '../../../support/program.ts';
import { fixture } from './aws-support.ts';

const page = readFileSync(new URL('../../../../collector/sources/aws.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text ?? '');
const [pattern = ''] = blocks('text').map((text) => text.trim());

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html: any of the terms. */
const terms = [...pattern.matchAll(/\?(?:"([^"]+)"|(\w+))/g)].map(([, quoted, word]) => quoted ?? word ?? '');
const isKept = (line: string): boolean => terms.some((term) => line.includes(term));

const aws = findProgram('aws');
const terraform = findProgram('terraform');
const skipped = (program: string | undefined, name: string) =>
  program === undefined ? ` (skipped: no ${name} here)` : '';

describe('collector/sources/aws.md', function () {
  this.timeout(60_000);
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'coldlens-page-'));
    // An empty one.
    writeFileSync(join(directory, 'forwarder.zip'), Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex'));
  });
  after(() => rmSync(directory, { recursive: true }));

  it('shows one pattern, of which CloudWatch takes no more than 1,024 characters', () => {
    assert.equal(`?${terms.map((term) => (/^\w+$/.test(term) ? term : `"${term}"`)).join(' ?')}`, pattern);
    assert.equal(page.split(pattern).length - 1, 2);
    assert.equal(page.split(pattern.replaceAll('"', '\\"')).length - 1, 2);
    assert.ok(pattern.length <= 1_024);
  });

  const told = /INIT_START|INIT_REPORT|RESTORE_START|REPORT RequestId|"platform\.(initStart|report)"/;
  for (const name of ['python-init-error.log', 'java-snapstart.log', 'nodejs-json.log', 'python-extension.log']) {
    it(`sends the lines of ${name} that tell something, and none of the function`, () => {
      for (const line of fixture(name).split('\n')) assert.equal(isKept(line), told.test(line), line);
    });
  }

  it("sends the agent's lines, timeouts, crashes and dropped records", () => {
    for (const line of [
      '{"coldlens":1,"resourceSpans":[]}',
      '2026-11-22T10:00:03.005Z 0d1e Task timed out after 3.00 seconds',
      'RequestId: 0d1e Error: Runtime exited with error: exit status 1',
      '{"time":"2026-11-22T10:00:03.005Z","type":"platform.logsDropped","record":{"droppedRecords":1}}',
    ]) {
      assert.ok(isKept(line), line);
    }
  });

  it(`shows Terraform that is well formed${skipped(terraform, 'terraform')}`, function () {
    if (terraform === undefined) return this.skip();
    const [text = ''] = blocks('hcl');
    const { status, stdout, stderr } = spawnSync(terraform, ['fmt', '-check', '-diff', '-'], {
      input: text,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
  });

  const commands = blocks('sh').filter((text) => text.startsWith('aws '));
  for (const command of commands) {
    const [, service = '', action = ''] = command.split(/\s+/);
    it(`shows aws ${service} ${action} as the AWS CLI takes it${skipped(aws, 'aws')}`, async function () {
      if (aws === undefined) return this.skip();
      const own = { ACCOUNT: '123456789012', REGION: 'eu-central-1', BUCKET: 'undelivered' };
      const named = Object.entries(own).reduce((text, [from, to]) => text.replaceAll(from, to), command.trimEnd());
      // The CLI checks every parameter before it asks anybody; here it asks us.
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url ?? '');
        request.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const cli = spawn('sh', ['-c', `${named} --no-sign-request --endpoint-url ${url}`], {
        cwd: directory,
        env: { PATH: process.env.PATH, HOME: directory, AWS_DEFAULT_REGION: 'eu-central-1', NO_PROXY: '*' },
      });
      let said = '';
      cli.stderr.on('data', (text) => {
        said += text;
      });
      const [status] = await once(cli, 'close');
      server.close().closeAllConnections();
      assert.equal(status, 0, said);
      assert.equal(asked.length, 1);
    });
  }

  it('shows policies that are JSON', () => {
    const quoted = commands.flatMap((command) =>
      [...command.matchAll(/'(\{[\s\S]*?\})'/g)].map(([, json]) => json ?? ''),
    );
    assert.equal(quoted.length, 2);
    for (const json of quoted) JSON.parse(json);
  });

  it('counts with as many bytes as messages have', () => {
    const packedBytes = (count: number): number => {
      const line = () =>
        `REPORT RequestId: ${randomUUID()}\tDuration: ${(Math.random() * 900).toFixed(2)} ms\tBilled Duration: ${Math.ceil(Math.random() * 900)} ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\t\n`;
      const logEvents = Array.from({ length: count }, (_, index) => ({
        id: `3${BigInt(`0x${randomBytes(22).toString('hex')}`)}`.slice(0, 56),
        timestamp: 1_763_805_600_000 + index * 1_777,
        message: line(),
      }));
      const logStream = `2026/11/22/[$LATEST]${randomBytes(16).toString('hex')}`;
      const message = {
        messageType: 'DATA_MESSAGE',
        owner: '123456789012',
        logGroup: '/aws/lambda/a-function-of-yours',
        logStream,
        subscriptionFilters: ['coldlens'],
        logEvents,
      };
      return gzipSync(JSON.stringify(message)).length;
    };
    assert.ok(packedBytes(1) <= 450, `${packedBytes(1)} bytes`);
    // In base64, by the invocation.
    assert.ok((packedBytes(20) / 20) * (4 / 3) <= 130, `${(packedBytes(20) / 20) * (4 / 3)} bytes`);
  });
});
