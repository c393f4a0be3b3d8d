/**
 * How fast is it, and is everything there? Bodies of one kind from a process of its own, through a collector as it runs
 * for real (sealing included) into the embedded ClickHouse, on the same cores: spans that were answered with 200, spans that
 * can be asked for, and what of the processor each stage took.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Collector, openStore, readOwner, startCollector } from '@coldlens/collector';
import { command, engineUrl } from '../rank/engine.ts';
import { tenths } from '../suite.ts';
import type { Plan, Ready, Sent } from './loader.ts';
import { cpuOf } from './processor-time.ts';

export interface Case extends Omit<Plan, 'url' | 'bodies'> {
  name: string;
  /** What it promises on two cores; the burst only to acknowledge so many. */
  wanted: { spansPerSecond?: number; ackedSpansPerSecond?: number };
}

/** A little more is offered than is promised. */
export const cases: readonly Case[] = [
  {
    ...{ name: '500-span gzip protobuf', encoding: 'protobuf', spansPerBody: 500, connections: 32 },
    ...{ seconds: 60, offeredPerSecond: 66_000, wanted: { spansPerSecond: 60_000 } },
  },
  {
    ...{ name: '10-span gzip protobuf', encoding: 'protobuf', spansPerBody: 10, connections: 400 },
    ...{ seconds: 60, offeredPerSecond: 44_000, wanted: { spansPerSecond: 40_000 } },
  },
  {
    ...{ name: '500-span gzip JSON', encoding: 'json', spansPerBody: 500, connections: 32 },
    ...{ seconds: 60, offeredPerSecond: 66_000, wanted: {} },
  },
  {
    ...{ name: 'burst, 500-span gzip protobuf', encoding: 'protobuf', spansPerBody: 500, connections: 64 },
    ...{ seconds: 30, offeredPerSecond: 110_000, wanted: { ackedSpansPerSecond: 100_000 } },
  },
];

export const wantedEventLoopP99Ms = 50;
export const wantedRssMb = 500;

/** Microseconds of processor time a span. */
export interface StageCpu {
  /** The main thread: connections, bodies, answers, what is handed to the disk and to ClickHouse. */
  receive: number;
  /** The threads that unpack, decode, assemble and encode. */
  decode: number;
  /** All other threads of the collector: those that write and sync, and the garbage collector's. */
  buffer: number;
  /** ClickHouse: inserts, merges and sealing. `null` where there is no /proc. */
  insert: number | null;
}

export interface CaseFigures {
  name: string;
  spans: number;
  bodies: number;
  bytesPerSpan: number;
  gzipBytesPerSpan: number;
  /** From the first body until all of them can be asked for. */
  spansPerSecond: number;
  ackedSpansPerSecond: number;
  /** From the last 200 until all spans can be asked for. */
  drainSeconds: number;
  ackP50Ms: number;
  ackP99Ms: number;
  eventLoopP99Ms: number;
  rssMb: number;
  cpuUsPerSpan: StageCpu;
  retries: number;
  /** Spans that were answered with 200 and cannot be found. */
  lost: number;
  /** Rows beyond one a span. */
  duplicated: number;
}

const loaderEntry = fileURLToPath(new URL('./loader.js', import.meta.url));

/** Without one more row for so long, what is missing counts as lost. */
const drainPatienceMs = 60_000;

const firstRow = async <Row>(url: string, query: string): Promise<Row> =>
  JSON.parse((await command(url, query)).split('\n')[0] ?? '{}') as Row;

const hex = (number: number): string => number.toString(16).padStart(16, '0');

/** Resolves when so many spans can be asked for, or when no more come. */
const drained = async (url: string, spans: number): Promise<void> => {
  let [before, changedMs] = [0, performance.now()];
  for (;;) {
    const { n } = await firstRow<{ n: number }>(url, 'SELECT toUInt32(count()) AS n FROM spans');
    if (n >= spans) return;
    if (n !== before) [before, changedMs] = [n, performance.now()];
    if (performance.now() - changedMs > drainPatienceMs) return;
    await sleep(100);
  }
};

/** @returns what of the acknowledged spans is missing, and what there is twice */
const missing = async (url: string, sent: Sent): Promise<{ lost: number; duplicated: number }> => {
  const refused = sent.notAcked.map(([first, last]) => `NOT (span_id BETWEEN '${hex(first)}' AND '${hex(last)}')`);
  const where = [`span_id <= '${hex(sent.lastNumber)}'`, ...refused].join(' AND ');
  const { found, n } = await firstRow<{ found: number; n: number }>(
    url,
    `SELECT toUInt32(uniqExact(span_id)) AS found, toUInt32(count()) AS n FROM spans WHERE ${where}`,
  );
  return { lost: sent.acked - found, duplicated: n - found };
};

/** What was used when it is asked, microseconds. */
const usage = async (collector: Collector, enginePid: number) => {
  const main = process.threadCpuUsage();
  const { user, system } = process.cpuUsage();
  return {
    receive: main.user + main.system,
    decode: collector.decoding().decodeCpuUs,
    collector: user + system,
    insert: await cpuOf(enginePid),
  };
};

export const measureCase = async (
  data: string,
  { name, wanted: _, ...plan }: Case,
  progress: (line: string) => void,
): Promise<CaseFigures> => {
  const store = await openStore({ data });
  const collector = await startCollector({ port: 0, store });
  try {
    const bodies = Math.ceil((plan.seconds * plan.offeredPerSecond) / plan.spansPerBody);
    const loader = fork(loaderEntry, [JSON.stringify({ ...plan, url: collector.url, bodies } satisfies Plan)]);
    const ended = once(loader, 'exit');
    const [ready] = (await once(loader, 'message')) as [Ready];
    progress(`${name}: ${bodies} bodies are ready to be sent`);

    const enginePid = (await readOwner(data))?.pid ?? 0;
    const delay = monitorEventLoopDelay({ resolution: 2 });
    let rssBytes = 0;
    const watch = setInterval(() => {
      rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
    }, 250);
    delay.enable();
    const before = await usage(collector, enginePid);
    const beganMs = performance.now();
    loader.send('go');
    const [sent] = (await once(loader, 'message')) as [Sent];
    const ackedMs = performance.now();
    const url = await engineUrl(data);
    await drained(url, sent.acked);
    const drainedMs = performance.now();
    const after = await usage(collector, enginePid);
    delay.disable();
    clearInterval(watch);
    const [code] = await ended;
    if (code !== 0) throw new Error(`the loader ended with ${code}`);

    const { lost, duplicated } = await missing(url, sent);
    const each = (us: number): number => tenths(us / sent.acked);
    const [receive, decode] = [after.receive - before.receive, after.decode - before.decode];
    return {
      ...{ name, spans: sent.acked, bodies },
      bytesPerSpan: tenths(ready.bytes / ready.spans),
      gzipBytesPerSpan: tenths(ready.gzipBytes / ready.spans),
      spansPerSecond: Math.round((1_000 * (sent.acked - lost)) / (drainedMs - beganMs)),
      ackedSpansPerSecond: Math.round(sent.acked / sent.seconds),
      drainSeconds: tenths((drainedMs - ackedMs) / 1_000),
      ackP50Ms: tenths(sent.latencyMs.p50),
      ackP99Ms: tenths(sent.latencyMs.p99),
      eventLoopP99Ms: tenths(delay.percentile(99) / 1e6),
      rssMb: Math.round(rssBytes / 1_048_576),
      cpuUsPerSpan: {
        ...{ receive: each(receive), decode: each(decode) },
        buffer: each(Math.max(0, after.collector - before.collector - receive - decode)),
        insert: before.insert === null || after.insert === null ? null : each(after.insert - before.insert),
      },
      ...{ retries: sent.retries, lost, duplicated },
    };
  } finally {
    await collector.close();
    await store.close();
  }
};
