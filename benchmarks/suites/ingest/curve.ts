/**
 * What an invocation costs: as agents send them, through HTTP into the embedded ClickHouse and sealed: the time, the processor's
 * time on both sides, and the bytes on the wire and on disk. collector/SCALING.md is made of these.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openStore, readOwner, type Store, startCollector } from '@coldlens/collector';
import { command, engineUrl } from '../rank/engine.ts';
import { tenths } from '../suite.ts';
import { cpuOf } from './processor-time.ts';
import type { Ready } from './sender.ts';

/** As batching senders do, and as many agents do that each send their own. */
export const shapes = [
  { requests: 1_000, invocationsPerRequest: 100, connections: 16 },
  { requests: 40_000, invocationsPerRequest: 1, connections: 500 },
] as const;
type Shape = (typeof shapes)[number];

const hourMs = 3_600_000;
const drainWithinMs = 120_000;

const senderEntry = fileURLToPath(new URL('./sender.js', import.meta.url));

/** Of a row, once all of the table is merged, which is how most of it lies on disk later on. */
const rowBytes = async (url: string, name: string): Promise<number> => {
  await command(url, `OPTIMIZE TABLE ${name} FINAL`);
  const [row = '{}'] = (
    await command(
      url,
      `SELECT toFloat64(sum(bytes_on_disk)) / sum(rows) AS bytes FROM system.parts WHERE active AND database = 'coldlens' AND table = '${name}'`,
    )
  ).split('\n');
  return tenths((JSON.parse(row) as { bytes: number }).bytes);
};

export const measureShape = async (
  data: string,
  { requests, invocationsPerRequest, connections }: Shape,
  progress: (line: string) => void,
) => {
  const invocations = requests * invocationsPerRequest;
  const store = await openStore({ data });
  const collector = await startCollector({ port: 0, store: withoutSealing(store) });
  try {
    const sinceMs = Math.floor(Date.now() / hourMs - 2) * hourMs;
    const words = [collector.url, requests, invocationsPerRequest, connections, sinceMs];
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
    // What was acknowledged is counted once it is in ClickHouse.
    if (!(await collector.drained(drainWithinMs))) throw new Error('ClickHouse does not take what was sent');
    const seconds = (performance.now() - beganMs) / 1_000;
    const { user, system } = process.cpuUsage(own);
    const engineEnded = await cpuOf(enginePid);
    progress('sealing');
    const sealMs = await store.seal();
    const url = await engineUrl(data);
    const each = (total: number): number => tenths(total / invocations);
    return {
      invocations,
      invocationsPerRequest,
      connections,
      invocationsPerSecond: Math.round(invocations / seconds),
      spansPerInvocation: each(ready.spans),
      collectorCpuUsPerInvocation: each(user + system),
      engineCpuUsPerInvocation: engineBegan === null || engineEnded === null ? null : each(engineEnded - engineBegan),
      sealUsPerInvocation: each(sealMs * 1_000),
      jsonBytesPerInvocation: each(ready.jsonBytes),
      gzipBytesPerInvocation: each(ready.gzipBytes),
      partBytes: await rowBytes(url, 'invocation_parts'),
      spanBytes: await rowBytes(url, 'spans'),
      coldStartBytes: await rowBytes(url, 'open_cold_starts'),
      functionHourBytes: await rowBytes(url, 'function_hours'),
    };
  } finally {
    await collector.close();
    await store.close();
  }
};

/** The collector's own sealing would be in the figures of receiving: it is measured by itself. */
const withoutSealing = (store: Store): Store =>
  new Proxy(store, {
    get: (target, name) => {
      if (name === 'seal') return async () => 0;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
