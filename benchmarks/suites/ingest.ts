/**
 * What does one collector take? Invocations as agents send them, through HTTP into the embedded ClickHouse and sealed: the
 * time, the processor's time on both sides, and the bytes on the wire and on disk. collector/SCALING.md is made of these.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, readOwner, type Store, startCollector } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import type { Ready } from './ingest/sender.ts';
import { command } from './rank/engine.ts';
import { type Suite, type SuiteResult, table, tenths } from './suite.ts';

const requests = 1_000;
const invocationsPerRequest = 100;
const invocations = requests * invocationsPerRequest;
const hourMs = 3_600_000;

const senderEntry = fileURLToPath(new URL('./ingest/sender.js', import.meta.url));

/** The kernel's unit of processor time on Linux. */
const ticksPerSecond = 100;

/** Of another process, in microseconds; `null` where there is no /proc. */
const cpuOf = async (pid: number): Promise<number | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold blanks: state is the 3rd field, user and system time the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
  } catch {
    return null;
  }
};

/** Each table once all of it is merged, which is how most of it lies on disk later on. */
const bytesOf = async (url: string, name: string): Promise<number> => {
  await command(url, `OPTIMIZE TABLE ${name} FINAL`);
  const [row = '{}'] = (
    await command(
      url,
      `SELECT toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = 'coldlens' AND table = '${name}'`,
    )
  ).split('\n');
  return (JSON.parse(row) as { bytes: number }).bytes;
};

const measure = async (data: string, progress: (line: string) => void) => {
  const store = await openStore({ data });
  const collector = await startCollector({ port: 0, store: withoutSealing(store) });
  try {
    const words = [collector.url, requests, invocationsPerRequest, Math.floor(Date.now() / hourMs - 2) * hourMs];
    const sender = fork(senderEntry, words.map(String));
    const ended = once(sender, 'exit');
    const [ready] = (await once(sender, 'message')) as [Ready];
    progress(`${invocations} invocations are ready to be sent`);
    const enginePid = (await readOwner(data))?.pid ?? 0;
    const engineBegan = await cpuOf(enginePid);
    const own = process.cpuUsage();
    const beganMs = performance.now();
    sender.send('go');
    const [code] = await ended;
    if (code !== 0) throw new Error(`the sender ended with ${code}`);
    const seconds = (performance.now() - beganMs) / 1_000;
    const { user, system } = process.cpuUsage(own);
    const engineEnded = await cpuOf(enginePid);
    progress('sealing');
    const sealMs = await store.seal();
    const { url } = store.engine;
    return {
      ...{ ready, seconds, sealMs, collectorCpuUs: user + system },
      engineCpuUs: engineBegan === null || engineEnded === null ? null : engineEnded - engineBegan,
      partBytes: await bytesOf(url, 'invocation_parts'),
      spanBytes: await bytesOf(url, 'spans'),
    };
  } finally {
    await collector.close();
    await store.close();
  }
};

/** The collector's own sealing would be in the figures of receiving: it is measured by itself. */
const withoutSealing = (store: Store): Store => ({
  ...{ engine: store.engine, description: store.description },
  insert: (batch) => store.insert(batch),
  functionPage: (query) => store.functionPage(query),
  packages: (query) => store.packages(query),
  invocationPage: (query) => store.invocationPage(query),
  ranking: (query) => store.ranking(query),
  insertBenchSamples: (samples) => store.insertBenchSamples(samples),
  seal: async () => 0,
  close: () => store.close(),
});

export const ingest: Suite = {
  name: 'ingest',
  about: 'what one collector takes: invocations a second, processor time, bytes; half a minute',
  run: async (progress): Promise<SuiteResult> => {
    const data = await mkdtemp(join(tmpdir(), 'coldlens-ingest-'));
    try {
      const { ready, seconds, sealMs, collectorCpuUs, engineCpuUs, partBytes, spanBytes } = await measure(
        data,
        progress,
      );
      const each = (total: number): number => tenths(total / invocations);
      const figures = {
        invocations,
        invocationsPerSecond: Math.round(invocations / seconds),
        spansPerInvocation: tenths(ready.spans / invocations),
        collectorCpuUsPerInvocation: each(collectorCpuUs),
        engineCpuUsPerInvocation: engineCpuUs === null ? null : each(engineCpuUs),
        sealUsPerInvocation: each(sealMs * 1_000),
        jsonBytesPerInvocation: each(ready.jsonBytes),
        gzipBytesPerInvocation: each(ready.gzipBytes),
        partBytesPerInvocation: each(partBytes),
        spanBytesPerInvocation: each(spanBytes),
      };
      return {
        figures: { suite: 'ingest', ...figures, runs: 1, machine: machine() },
        report: table(
          ['figure', 'value'],
          Object.entries(figures).map(([name, value]) => [name, value ?? '-']),
        ),
        failures: [],
      };
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  },
};
