/** `coldlens collect`: receives spans until it is told to stop. */
import { command, pick, stopSignal } from '@coldlens/benchmarks/cli';
import { exitCode, openStore, retentionOf, startCollector } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { collectReport } from './collect-report.ts';
import { storeOptions } from './store.ts';

export const collect = command({
  name: 'collect',
  summary: 'receive OpenTelemetry spans over HTTP and keep them in ClickHouse',
  examples: [
    'collect',
    'collect --port 4319 --clickhouse http://127.0.0.1:8123',
    'collect --clickhouse http://shard-1:8123 --cluster prod --retention spans=3,invocations=30',
  ],
  options: pick(optionTable, [
    'port',
    'host',
    'data',
    'clickhouse',
    'cluster',
    'retention',
    'prices',
    'log-format',
    'log-level',
  ]),
  async run({ port, host, cluster, retention, 'log-format': format, 'log-level': level, ...where }) {
    const report = collectReport(format, level);
    // Before anything is opened, so that a signal during the start ends it as cleanly.
    const stop = stopSignal();
    const store = await openStore({
      ...storeOptions(where),
      ...(cluster !== undefined && { cluster }),
      retention: retentionOf(retention),
    });
    try {
      const collector = await startCollector({ host, port, store, log: report.log, environment: process.env });
      const stopped = report.started(collector, store);
      try {
        await stop.received;
      } finally {
        await collector.close();
      }
      stopped();
    } finally {
      await store.close();
      stop.forget();
    }
    return exitCode.fine;
  },
});
