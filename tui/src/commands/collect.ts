/** `coldlens collect`: receives spans until it is told to stop. */
import { existsSync } from 'node:fs';
import { command, pick, stopSignal } from '@coldlens/benchmarks/cli';
import {
  type Collector,
  checkServer,
  exitCode,
  isLoopbackName,
  openStore,
  retentionOf,
  startCollector,
} from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { clean } from '../format/clean.ts';
import { formatCount } from '../format/numbers.ts';
import { type Guard, guardOf } from './guard.ts';
import { printableUrl, storeOptions } from './store.ts';

/** A status line is written at most this often, and only when something changed. */
const statusIntervalMs = 10_000;

export const collect = command({
  name: 'collect',
  summary: 'receive OpenTelemetry spans over HTTP and keep them in ClickHouse',
  examples: [
    'collect',
    'collect --port 4319 --clickhouse http://127.0.0.1:8123',
    'collect --host 0.0.0.0 --tokens tokens.txt --tls-cert server.crt --tls-key server.key',
    'collect --clickhouse http://shard-1:8123 --cluster prod --retention spans=3,invocations=30',
  ],
  options: pick(optionTable, [
    'port',
    'host',
    'tokens',
    'tls-cert',
    'tls-key',
    'sockets-per-address',
    'max-functions',
    'buffer',
    'buffer-limit',
    'data',
    'clickhouse',
    'clickhouse-read',
    'cluster',
    'retention',
    'prices',
  ]),
  async run({
    'max-functions': maxFunctions,
    buffer: bufferDirectory,
    'buffer-limit': bufferBytes,
    port,
    host,
    cluster,
    retention,
    data,
    clickhouse,
    prices,
    'clickhouse-read': clickhouseRead,
    ...door
  }) {
    const guard = guardOf(door, process.env.COLDLENS_TOKENS, say);
    await checkServer(host, port, guard);
    // Before anything is opened, so that a signal during the start ends it as cleanly.
    const stop = stopSignal();
    const store = await openStore({
      ...storeOptions({ data, clickhouse, prices }),
      ...(clickhouseRead !== undefined && { clickhouseRead }),
      // One that has been here before is wanted while ClickHouse is away; the first one should hear of a wrong address.
      mayBeAway: (usual) => existsSync(bufferDirectory ?? usual),
      ...(cluster !== undefined && { cluster }),
      retention: retentionOf(retention),
    });
    try {
      const { kind, url, version } = store.engine;
      const collector = await startCollector({
        ...{ host, port, store, maxFunctions, bufferBytes, ...guard },
        ...(bufferDirectory !== undefined && { bufferDirectory }),
        watch: { event: ({ message }) => say(message) },
      });
      try {
        process.stdout.write(`coldlens: collector listens on ${collector.url}\n`);
        process.stdout.write(
          version === ''
            ? `coldlens: ClickHouse at ${clean(printableUrl(url))} cannot be reached; what arrives is kept in the buffer until it can\n`
            : `coldlens: ClickHouse ${clean(version)} (${kind}) at ${clean(printableUrl(url))}\n`,
        );
        for (const line of warningsOf(host, guard)) say(line);
        const stopStatus = writeStatus(collector);
        await stop.received;
        stopStatus();
      } finally {
        await collector.close();
      }
      const { batches, bytes } = collector.bufferStats();
      const left =
        batches === 0 ? '' : `; ${formatCount(batches)} batches (${formatCount(bytes)} bytes) stay in the buffer`;
      process.stderr.write(`${statusLine(collector)}${left}; stopped\n`);
    } finally {
      await store.close();
      guard.access.stop();
      stop.forget();
    }
    return exitCode.fine;
  },
});

const say = (line: string): void => void process.stderr.write(`coldlens: ${clean(line)}\n`);

/** What works, and should not stay so. */
function warningsOf(host: string, { access, tls }: Guard): string[] {
  if (access.tokens() === null || tls !== undefined || isLoopbackName(host)) return [];
  return [
    'Tokens and spans travel unencrypted: give it a certificate with --tls-cert and --tls-key, or let a proxy that has one reach it on loopback.',
  ];
}

function writeStatus(collector: Collector): () => void {
  let last = statusLine(collector);
  const timer = setInterval(() => {
    const now = statusLine(collector);
    if (now !== last) process.stderr.write(`${now}\n`);
    last = now;
  }, statusIntervalMs);
  return () => clearInterval(timer);
}

function statusLine(collector: Collector): string {
  const { requests, receivedSpans, acknowledgedSpans, rejectedSpans, failedRequests } = collector.stats();
  return (
    `coldlens: ${formatCount(requests)} requests (${formatCount(failedRequests)} failed), ` +
    `${formatCount(receivedSpans)} spans received, ${formatCount(acknowledgedSpans)} stored, ` +
    `${formatCount(rejectedSpans)} rejected`
  );
}
