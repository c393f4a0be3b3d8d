/** Files become rankings: however they are packed, how often they are imported, and whatever ends an import in between. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { ImportOptions } from '#collector/import/index.js';
import {
  fileInputs,
  type ImportSummary,
  importFiles,
  openStore,
  type RankedFunction,
  readOwner,
  type Store,
} from '#collector/index.js';
import { ask, directoryWithTables, removeDirectory } from '../../support/collector.ts';
import { findProgram } from '../../support/program.ts';
import { invocationSpans, lambdaResource, request } from '../../support/spans.ts';
import { until } from '../../support/until.ts';
import { idOf, lambdaLog } from '../../unit/collector/import/logs.ts';

const dayMs = 86_400_000;
const dying = fileURLToPath(new URL('../../fixtures/collector/import-and-die.mjs', import.meta.url));
const tar = findProgram('tar');

describe('an import', () => {
  let data = '';
  let store: Store;
  before(async () => {
    data = await directoryWithTables();
    store = await openStore({ data });
  });
  after(async () => {
    await store?.close();
    await removeDirectory(data);
  });

  const put = (name: string, content: string | Uint8Array): string => {
    const path = join(data, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const take = async (paths: string[], options: Partial<ImportOptions> = {}): Promise<ImportSummary> => {
    const summary = await importFiles({ inputs: await fileInputs(paths), store, ...options });
    await store.seal();
    return summary;
  };
  const ranked = async (name: string, from = store): Promise<RankedFunction | undefined> => {
    const { functions } = await from.ranking({ sinceMs: dayMs, sort: 'invocations', limit: 100, filter: name });
    return functions.find((one) => one.name === name);
  };
  const endMs = Date.now() - 1_000;
  const place = (functionName: string) => ({ place: { functionName, region: 'eu-west-1', account: '123456789012' } });

  it('becomes a ranking, and says what it has read', async () => {
    const path = put('plain.log', `${lambdaLog({ invocations: 200, endMs })}half a li`);
    const { seconds, ...summary } = await take([path], place('plain'));
    const { unknown, times, ...figures } = summary;
    assert.ok(seconds > 0);
    assert.ok(times !== null && times.sinceMs <= endMs - 20_000 && endMs < times.untilMs);
    assert.ok(times.untilMs - times.sinceMs <= 2 * 3_600_000);
    assert.deepEqual(figures, {
      ...{ files: 1, alreadyImported: [], continued: [], bytes: readFileSync(path).length, read: 801, recognised: 600 },
      ...{ formats: { cloudwatch: 600 }, damaged: [], invocations: 200, isEstimate: false, isStopped: false },
    });
    assert.deepEqual(
      unknown.map(({ reason, count }) => [reason, count]),
      [['not of the platform', 201]],
    );
    assert.equal(unknown[0]?.examples.length, 3);
    assert.doesNotMatch(JSON.stringify(unknown), /\\t/);
    const found = await ranked('plain');
    assert.deepEqual(
      [found?.provider, found?.account, found?.region, found?.memoryMb, found?.invocations, found?.coldStarts],
      ['aws', '123456789012', 'eu-west-1', 512, 200, 20],
    );
    assert.equal(found?.cold.p50Ms, 420);
  });

  it('changes nothing when it is done again', async () => {
    const path = put('twice.log', lambdaLog({ invocations: 100, endMs, of: 'twice' }));
    await take([path], place('twice'));
    const before = await ranked('twice');
    const second = await take([path], place('twice'));
    assert.deepEqual([second.alreadyImported, second.files, second.read], [[path], 0, 0]);
    const again = await take([path], { ...place('twice'), again: true });
    assert.deepEqual([again.alreadyImported, again.invocations], [[], 100]);
    const copy = put('copy.log.gz', gzipSync(readFileSync(path)));
    await take([copy], { ...place('twice'), chunkBytes: 3_000 });
    // What a month would cost depends on the clock.
    const withoutMonth = (row: typeof before) => ({ ...row, cost: { ...row?.cost, monthlyUsd: null } });
    assert.deepEqual(withoutMonth(await ranked('twice')), withoutMonth(before));
    // Somewhere else it is another function's.
    assert.equal((await take([path], { place: { functionName: 'twice', region: 'r' } })).invocations, 100);
  });

  it('reads what is packed like what is not', async () => {
    const log = lambdaLog({ invocations: 60, endMs, of: 'packed' });
    const [half, other] = [Buffer.from(log.slice(0, 5_000)), Buffer.from(log.slice(5_000))];
    const packed = {
      gzip: gzipSync(log),
      members: Buffer.concat([gzipSync(half), gzipSync(other)]),
      zstd: zstdCompressSync(log),
      frames: Buffer.concat([zstdCompressSync(half), zstdCompressSync(other)]),
    };
    for (const [name, bytes] of Object.entries(packed)) {
      const summary = await take([put(`packed/${name}`, bytes)], place(name));
      assert.deepEqual([summary.read, summary.recognised, summary.damaged], [240, 180, []], name);
      assert.deepEqual([(await ranked(name))?.invocations, (await ranked(name))?.coldStarts], [60, 6], name);
    }
    const cut = await take([put('packed/cut', packed.gzip.subarray(0, -20))], place('cut'));
    assert.match(cut.damaged[0]?.what ?? '', /^ends in the middle of what is packed \(gzip\)$/);
  });

  it(`reads directories as an export to S3 leaves them, and archives of them${tar ? '' : ' (skipped: no tar here)'}`, async function () {
    const stream = (number: number) => `2026-11-22-[$LATEST]${String(number).padStart(32, '0')}`;
    for (const name of ['exported', 'other']) {
      for (let number = 0; number < 4; number += 1) {
        const log = lambdaLog({ invocations: 10, endMs, of: `${name} ${number}` });
        put(`export/aws/lambda/${name}/0a1b/${stream(number)}/000000.gz`, gzipSync(log));
      }
    }
    put('export/aws-logs-write-test', 'Permission Check Successful');
    const summary = await take([join(data, 'export')]);
    assert.deepEqual([summary.files, summary.recognised, summary.invocations], [9, 240, 80]);
    for (const name of ['exported', 'other']) assert.equal((await ranked(name))?.invocations, 40);
    const before = await ranked('exported');
    if (tar === undefined) return this.skip();
    assert.equal(spawnSync(tar, ['-czf', 'export.tar.gz', 'export'], { cwd: data }).status, 0);
    const archive = await take([join(data, 'export.tar.gz')]);
    assert.deepEqual([archive.files, archive.invocations, archive.alreadyImported], [1, 80, []]);
    assert.deepEqual(await ranked('exported'), before);
  });

  it('keeps a cold start whose init ran again inside it, also where its REPORT comes once more by itself', async () => {
    const at = (afterMs: number) => new Date(endMs - 60_000 + afterMs).toISOString();
    const begun = `${at(0)} INIT_REPORT Init Duration: 1700.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.Unknown\n`;
    const report = `${at(1)} REPORT RequestId: ${idOf(1, 'again')}\tDuration: 1710.00 ms\tBilled Duration: 1711 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t\n`;
    const warm = `${at(20_000)} REPORT RequestId: ${idOf(2, 'again')}\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t\n`;
    const files = [put('rerun.log', `${begun}${report}${warm}`), put('alone.log', report)];
    for (const [name, paths] of [
      ['rerun-first', files],
      ['rerun-last', files.toReversed()],
    ] as const) {
      await take([...paths], place(name));
      const found = await ranked(name);
      assert.deepEqual([found?.invocations, found?.coldStarts], [2, 1], name);
    }
  });

  it('reads OTLP like a collector, mixed with lines of a log', async () => {
    const spans = invocationSpans({
      id: 'o',
      startMs: endMs,
      kind: 'cold',
      runtimeStartMs: 40,
      initMs: 200,
      executionMs: 10,
    });
    const line = JSON.stringify(request(spans, { ...lambdaResource, 'faas.name': 'mixed-otlp' }));
    const path = put(
      'mixed',
      `${lambdaLog({ invocations: 5, endMs, of: 'mixed' })}${line}\n${lambdaLog({ invocations: 5, endMs, of: 'more' })}`,
    );
    const summary = await take([path], place('mixed-log'));
    assert.deepEqual([summary.formats, summary.invocations], [{ cloudwatch: 30, otlp: 4 }, 11]);
    assert.deepEqual([(await ranked('mixed-log'))?.invocations, (await ranked('mixed-otlp'))?.cold.p50Ms], [10, 250]);
    const only = await take([put('only', readFileSync(path))], { ...place('only'), format: 'otlp' });
    assert.deepEqual(only.formats, { otlp: 4 });
    assert.equal(await ranked('only'), undefined);
  });

  it('goes on where it was ended', async () => {
    const first = `${new Date(endMs).toISOString()} INIT_START Runtime Version: python:3.12.v43\tRuntime Version ARN: arn\n`;
    const path = put('stopped.log', `${first}${lambdaLog({ invocations: 2_000, endMs, of: 'stopped' })}`);
    const options = { ...place('stopped'), chunkBytes: 10_000, batchRows: 200 };
    const stop = new AbortController();
    let batches = 0;
    const counting = {
      ...{ engine: store.engine, bufferDirectory: store.bufferDirectory },
      knownFunctions: (limit: number) => store.knownFunctions(limit),
      insert: async (batch: Parameters<Store['insert']>[0]) => {
        batches += 1;
        if (batches === 3) stop.abort();
        await store.insert(batch);
      },
    };
    const begun = await take([path], { ...options, store: counting, signal: stop.signal });
    assert.deepEqual([begun.isStopped, begun.damaged], [true, []]);
    assert.ok(begun.invocations < 2_000);
    const second = await take([path], options);
    assert.deepEqual([second.continued, second.isStopped], [[path], false]);
    // A record or two were in the last chunk that was stored.
    assert.ok(begun.read + second.read >= 8_001 && second.read < 8_001, `${begun.read} + ${second.read}`);
    assert.equal((await ranked('stopped'))?.invocations, 2_000);
    // What a line said before it was ended still holds.
    const runtimes = "SELECT DISTINCT runtime FROM invocation_parts WHERE function_name = 'stopped'";
    assert.deepEqual(await ask(store.engine.url, runtimes), [{ runtime: 'python3.12' }]);
    assert.equal((await take([path], options)).alreadyImported.length, 1);
  });

  it('forgets nothing and doubles nothing when its process is killed', async () => {
    const other = await directoryWithTables();
    try {
      const path = put('killed.log', lambdaLog({ invocations: 2_000, endMs, of: 'killed' }));
      const child = spawn(process.execPath, [dying, other, path], { stdio: 'inherit' });
      const [, signal] = await once(child, 'exit');
      assert.equal(signal, 'SIGKILL');
      // Its engine lives on for a moment.
      const owner = await readOwner(other);
      await until('the engine has ended', () => !existsSync(`/proc/${owner?.pid}`), 20_000);
      const mended = await openStore({ data: other });
      try {
        const inputs = await fileInputs([path]);
        const options = {
          inputs,
          store: mended,
          place: { functionName: 'killed' },
          chunkBytes: 20_000,
          batchRows: 300,
        };
        const summary = await importFiles(options);
        assert.deepEqual(summary.continued, [path]);
        assert.ok(summary.read < 8_000, `${summary.read}`);
        await mended.seal();
        const found = await ranked('killed', mended);
        assert.deepEqual([found?.invocations, found?.coldStarts], [2_000, 200]);
        const whole = `SELECT toUInt32(count()) AS n FROM invocation_parts WHERE invocation_key = '${idOf(1_000, 'killed')}'`;
        assert.ok((await ask<{ n: number }>(mended.engine.url, whole))[0]?.n);
      } finally {
        await mended.close();
      }
    } finally {
      await removeDirectory(other);
    }
  });
});
