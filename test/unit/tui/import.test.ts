/** `coldlens import`, as a person and as a program call it. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { importText } from '#tui/print/import.js';
import { formatBytes, progressLine, progressText } from '#tui/print/import-progress.js';
import { until } from '../../support/until.ts';
import { lambdaLog } from '../collector/import/logs.ts';
import { cleanEnvironment, type Finished, launcher, runColdlens } from './run-coldlens.ts';

const piped = async (args: readonly string[], input: Uint8Array, cwd: string): Promise<Finished> => {
  const child = spawn(process.execPath, [launcher, ...args], { cwd, env: cleanEnvironment() });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => {
      output[name] += part;
    });
  }
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code: code as number | null, ...output };
};

describe('coldlens import', () => {
  let cwd = '';
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coldlens-import-'));
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  it('explains itself', async () => {
    const { code, stdout } = await runColdlens(['import', '--help'], { cwd });
    assert.equal(code, 0);
    for (const word of ['[FILE...]', '--format <NAME>', 'cloudwatch', 'otlp', '--log-group', '--account', '--again']) {
      assert.ok(stdout.includes(word), word);
    }
  });

  for (const [args, message] of [
    [['no-such-file'], /^coldlens: no-such-file is not there\.\n {2}next: Name a file, a directory, or - for/],
    [['x', '--format', 'syslog'], /^coldlens: --format is "syslog", which is none of .*otlp\.\n/],
    [
      ['x', '--log-group', 'ours'],
      /^coldlens: --log-group is "ours", which names no function: .*\n {2}next: Say with --function/,
    ],
    [['x', '--url', 'http://127.0.0.1:4318'], /^coldlens: --url names a collector, and an import goes straight/],
    [['x', '--function', ''], /^coldlens: --function is empty\.\n/],
  ] as const) {
    it(`refuses ${args.join(' ')} in a sentence`, async () => {
      const { code, stdout, stderr } = await runColdlens(['import', ...args], { cwd });
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.equal(existsSync(join(cwd, '.coldlens')), false);
    });
  }

  it('fills what top ranks, from a file and from a pipe, with no collector', async () => {
    const log = lambdaLog({ invocations: 20, endMs: Date.now() - 1_000 });
    writeFileSync(join(cwd, 'a.log'), log);
    const args = ['import', 'a.log', '--function', 'shop', '--region', 'eu-west-1', '--account', '1'];
    const first = await runColdlens(args, { cwd });
    assert.deepEqual([first.code, first.stderr], [0, '']);
    assert.match(
      first.stdout,
      /^read {8}80 records in 1 file, .*\nformats {5}cloudwatch 60\nrecognised {2}60\nmerged {6}into 20 invocations\ntimes {7}within .*:00 UTC\n/,
    );
    assert.match(first.stdout, /unknown {5}20\n {2}20 not of the platform: .* wrote, .*\n( {4}\S.*\n){3}$/);
    const second = await runColdlens(args, { cwd });
    assert.match(second.stdout, /^already imported: a\.log \(--again reads it again\)\nread {8}0 records/);
    const packed = gzipSync(lambdaLog({ invocations: 7, endMs: Date.now() - 1_000, of: 'pipe' }));
    for (const words of [['-'], []]) {
      const pipe = await piped(['import', ...words, '--log-group', '/aws/lambda/piped', '--json'], packed, cwd);
      assert.deepEqual([pipe.code, pipe.stderr], [0, '']);
      const { read, invocations, isSealed, isStopped, unknown } = JSON.parse(pipe.stdout);
      assert.deepEqual([read, invocations, isSealed, isStopped], [28, 7, true, false]);
      const [{ reason, count, meaning }] = unknown;
      assert.deepEqual([reason, count], ['not of the platform', 7]);
      assert.equal(meaning, 'lines that the function itself wrote, or another program');
    }
    const { stdout } = await runColdlens(['top', '--once', '--json', '--sort', 'invocations'], { cwd });
    const found = JSON.parse(stdout).functions as {
      name: string;
      region: string;
      invocations: number;
      coldStarts: number;
    }[];
    assert.deepEqual(
      found.map(({ name, region, invocations, coldStarts }) => [name, region, invocations, coldStarts]),
      [
        ['shop', 'eu-west-1', 20, 2],
        ['piped', '', 7, 1],
      ],
    );
  }).timeout(60_000);

  it('takes several imports at once into one directory, whichever of them serves it', async () => {
    const sizes = { few: 10, many: 30_000, more: 500 };
    const imports = Object.entries(sizes).map(([name, invocations]) => {
      writeFileSync(join(cwd, `${name}.log`), lambdaLog({ invocations, endMs: Date.now() - 1_000, of: name }));
      return runColdlens(['import', `${name}.log`, '--function', name, '--data', 'shared'], { cwd });
    });
    for (const { code, stderr } of await Promise.all(imports)) assert.deepEqual([code, stderr], [0, '']);
    const { stdout } = await runColdlens(['top', '--once', '--json', '--data', 'shared', '--since', '2d'], { cwd });
    const found = JSON.parse(stdout).functions as { name: string; invocations: number }[];
    assert.deepEqual(Object.fromEntries(found.map(({ name, invocations }) => [name, invocations])), sizes);
  }).timeout(120_000);
});

describe("coldlens import's page", () => {
  const page = readFileSync(new URL('../../../collector/README.md', import.meta.url), 'utf8');

  it('has commands that work', async () => {
    const [, commands = ''] = /## Import files\n\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
    const cwd = mkdtempSync(join(tmpdir(), 'coldlens-import-page-'));
    try {
      const log = (of: string) => lambdaLog({ invocations: 5, endMs: Date.now() - 1_000, of });
      writeFileSync(join(cwd, 'app.log.gz'), gzipSync(log('app')));
      mkdirSync(join(cwd, 's3-export/aws/lambda/exported/1'), { recursive: true });
      writeFileSync(join(cwd, 's3-export/aws/lambda/exported/1/000000.gz'), gzipSync(log('exported')));
      writeFileSync(join(cwd, 'more.log'), log('more'));
      assert.equal(spawnSync('tar', ['-czf', 'more.tar.gz', 'more.log'], { cwd }).status, 0);
      writeFileSync(join(cwd, 'otel-traces.jsonl'), '{"resourceSpans":[]}\n');
      writeFileSync(join(cwd, 'lambda.log'), log('piped'));
      assert.equal(commands.match(/npx coldlens/g)?.length, 4);
      const script = commands.replaceAll('npx coldlens', `'${process.execPath}' '${launcher}'`);
      const child = spawn('bash', ['-ec', script], { cwd, env: cleanEnvironment() });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text) => (output += text));
      const [code] = await once(child, 'close');
      assert.equal(code, 0, output);
      assert.match(output, /^exported +aws .*\n/m);
      assert.match(output, /^checkout +aws\/eu-central-1 +- +512 +5 /m);
    } finally {
      rmSync(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  }).timeout(90_000);
});

describe('a signal to coldlens import', () => {
  it('ends it also while it waits for a pipe, with what was read stored', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'coldlens-import-stop-'));
    try {
      const child = spawn(process.execPath, [launcher, 'import', '--function', 'f', '--json'], {
        cwd,
        env: cleanEnvironment(),
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
      child.stdin.write(lambdaLog({ invocations: 10_000, endMs: Date.now() - 1_000 }));
      await until('the store is open', () => existsSync(join(cwd, '.coldlens/server.json')), 20_000);
      await until('all is written', () => child.stdin.writableLength === 0, 20_000);
      child.kill('SIGINT');
      const [code] = await once(child, 'close');
      const summary = JSON.parse(output);
      assert.deepEqual([code, summary.isStopped, summary.isSealed], [3, true, false]);
      assert.ok(summary.read > 0 && summary.read % 1 === 0);
    } finally {
      rmSync(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  }).timeout(60_000);
});

describe('the progress of an import', () => {
  const state = { bytesRead: 256 * 1024 ** 2, bytesTotal: 1024 ** 3, records: 1_200_000, file: 'a\u001b[31m.gz' };

  it('is one line with bytes, records a second and the time that is left', () => {
    assert.equal(
      progressText(state, 4_000),
      '[######------------------] 25%  256 MB of 1.0 GB  300k records/s  12s left  a.gz',
    );
    assert.equal(progressText({ ...state, bytesTotal: null }, 4_000), '256 MB  300k records/s  a.gz');
    assert.deepEqual([0, 1_023, 1_024, 5.5 * 1024 ** 4].map(formatBytes), [
      '0 bytes',
      '1023 bytes',
      '1.0 KB',
      '5.5 TB',
    ]);
  });

  it('is written over itself at most ten times a second, and only where somebody watches', () => {
    const written: string[] = [];
    let nowMs = 0;
    const bar = (isTTY: boolean) =>
      progressLine({ isTTY, columns: 40, write: (text) => written.push(text) }, () => nowMs);
    const quiet = bar(false);
    quiet.show(state);
    quiet.clear();
    assert.deepEqual(written, []);
    const shown = bar(true);
    for (nowMs = 1_000; nowMs < 2_000; nowMs += 10) shown.show(state);
    assert.equal(written.length, 10);
    const [first = ''] = written.slice(0);
    assert.ok(first.startsWith('\r\u001b[K[######'));
    assert.equal(first.length, '\r\u001b[K'.length + 39);
    shown.clear();
    shown.clear();
    assert.equal(written.length, 11);
  });
});

describe('the summary of an import', () => {
  const summary = {
    ...{ files: 2, alreadyImported: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], continued: ['h\u001b[2J'], bytes: 2_048 },
    ...{ read: 12_345, recognised: 12_340, formats: { otlp: 12_340 }, invocations: 70_000, isEstimate: true },
    times: { sinceMs: Date.UTC(2026, 10, 20, 9), untilMs: Date.UTC(2026, 10, 23, 18) },
    unknown: [{ reason: 'not JSON' as const, count: 5, examples: ['{\u001b]0;x\u0007'] }],
    ...{ damaged: [{ name: 'x.gz', what: 'is damaged: read up to there (gzip)' }], seconds: 2, isStopped: true },
  };

  it('tells what was found, what was left, and what to do', () => {
    assert.equal(
      importText(summary, false),
      [
        'already imported: a, b, c, d, e and 2 more (--again reads it again)',
        'continued: h',
        'read        12,345 records in 2 files, 2.0 KB in 2.0 s (6,173 records/s)',
        'formats     otlp 12,340',
        'recognised  12,340',
        'merged      into about 70,000 invocations',
        'times       within 2026-11-20 09:00 and 2026-11-23 18:00 UTC',
        'unknown     5',
        '  5 not JSON: begins like JSON and is none',
        '    {',
        'x.gz is damaged: read up to there (gzip)',
        'stopped: the same command goes on from here',
        '',
      ].join('\n'),
    );
  });
});
