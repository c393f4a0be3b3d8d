/** `coldlens collect`: receives spans until it is told to stop. */
import { existsSync } from 'node:fs';
import { command, pick, stopSignal } from '@coldlens/benchmarks/cli';
import { checkServer, exitCode, isLoopbackName, openStore, retentionOf, startCollector } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { collectReport } from './collect-report.ts';
import { type Guard, guardOf } from './guard.ts';
import { storeOptions } from './store.ts';

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
    'log-format',
    'log-level',
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
    'log-format': format,
    'log-level': level,
    ...door
  }) {
    const report = collectReport(format, level);
    const say = (line: string) => report.log.write('info', line);
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
      const collector = await startCollector({
        ...{ host, port, store, maxFunctions, bufferBytes, ...guard },
        ...(bufferDirectory !== undefined && { bufferDirectory }),
        ...{ log: report.log, environment: process.env },
      });
      const stopped = report.started(collector, store);
      try {
        const isOneUser = clickhouse !== undefined && clickhouseRead === undefined;
        for (const line of [...warningsOf(host, guard), ...(isOneUser ? [oneUser] : [])])
          report.log.write('warn', line);
        await stop.received;
      } finally {
        await collector.close();
      }
      stopped();
    } finally {
      await store.close();
      guard.access.stop();
      stop.forget();
    }
    return exitCode.fine;
  },
});

const oneUser =
  'Questions reach ClickHouse as the user of --clickhouse: one that may only read can be named with --clickhouse-read.';

/** What works, and should not stay so. */
function warningsOf(host: string, { access, tls }: Guard): string[] {
  if (access.tokens() === null || tls !== undefined || isLoopbackName(host)) return [];
  return [
    'Tokens and spans travel unencrypted: give it a certificate with --tls-cert and --tls-key, or let a proxy that has one reach it on loopback.',
  ];
}
