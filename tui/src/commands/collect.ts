/** `coldlens collect`: receives spans until it is told to stop. */
import { command, pick, stopSignal } from '@coldlens/benchmarks/cli';
import { type Collector, exitCode, openStore, retentionOf, startCollector } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { clean } from '../format/clean.ts';
import { formatCount } from '../format/numbers.ts';
import { printableUrl, storeOptions } from './store.ts';

/** A status line is written at most this often, and only when something changed. */
const statusIntervalMs = 10_000;

export const collect = command({
  name: 'collect',
  summary: 'receive OpenTelemetry spans over HTTP and keep them in ClickHouse',
  examples: [
    'collect',
    'collect --port 4319 --clickhouse http://127.0.0.1:8123',
    'collect --clickhouse http://shard-1:8123 --cluster prod --retention spans=3,invocations=30',
  ],
  options: pick(optionTable, ['port', 'host', 'data', 'clickhouse', 'cluster', 'retention', 'prices']),
  async run({ port, host, cluster, retention, ...where }) {
    // Before anything is opened, so that a signal during the start ends it as cleanly.
    const stop = stopSignal();
    const store = await openStore({
      ...storeOptions(where),
      ...(cluster !== undefined && { cluster }),
      retention: retentionOf(retention),
    });
    try {
      const { kind, url, version } = store.engine;
      const collector = await startCollector({ host, port, store });
      try {
        process.stdout.write(`coldlens: collector listens on ${collector.url}\n`);
        process.stdout.write(`coldlens: ClickHouse ${clean(version)} (${kind}) at ${clean(printableUrl(url))}\n`);
        const stopStatus = writeStatus(collector);
        await stop.received;
        stopStatus();
      } finally {
        await collector.close();
      }
      process.stderr.write(`${statusLine(collector)}; stopped\n`);
    } finally {
      await store.close();
      stop.forget();
    }
    return exitCode.fine;
  },
});

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
