/** What `coldlens collect` says: where it listens, every ten seconds what came in, and that it has stopped. */
import { type Collector, createLog, type Log, type LogFormat, type LogLevel, type Store } from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { formatCount } from '../format/numbers.ts';
import { printableUrl } from './store.ts';

/** A status is written at most this often, and only when something changed. */
const statusIntervalMs = 10_000;

export interface CollectReport {
  readonly log: Log;
  /** @returns what ends the status lines, and tells the last */
  started(collector: Collector, store: Store): () => void;
}

/** For people the two lines of where it listens go to stdout, all else to stderr; as JSON everything goes to stderr. */
export function collectReport(format: LogFormat, level: LogLevel): CollectReport {
  const log = createLog({ format, level, to: (line) => process.stderr.write(line) });
  const { started, status } = faces(log)[format];
  return {
    log,
    started: (collector, store) => {
      started(collector, store);
      let last = JSON.stringify(cameIn(collector));
      const timer = setInterval(() => {
        const now = JSON.stringify(cameIn(collector));
        if (now !== last) status(collector, false);
        last = now;
      }, statusIntervalMs);
      return () => {
        clearInterval(timer);
        status(collector, true);
      };
    },
  };
}

interface Face {
  started(collector: Collector, store: Store): void;
  status(collector: Collector, isLast: boolean): void;
}

const faces = (log: Log): Readonly<Record<LogFormat, Face>> => ({
  text: {
    started: ({ url: ours }, { engine: { kind, url, version } }) => {
      process.stdout.write(`coldlens: collector listens on ${ours}\n`);
      process.stdout.write(
        version === ''
          ? `coldlens: ClickHouse at ${clean(printableUrl(url))} cannot be reached; what arrives is kept in the buffer until it can\n`
          : `coldlens: ClickHouse ${clean(version)} (${kind}) at ${clean(printableUrl(url))}\n`,
      );
    },
    status: (collector, isLast) => log.write('info', isLast ? lastLine(collector) : statusLine(collector)),
  },
  json: {
    started: ({ url: ours }, { engine: { kind, url, version } }) => {
      log.write('info', 'The collector listens.', { url: ours });
      log.write('info', version === '' ? 'ClickHouse cannot be reached yet.' : 'ClickHouse is there.', {
        kind,
        url: printableUrl(url),
        version,
      });
    },
    status: (collector, isLast) => {
      const { batches, bytes } = collector.bufferStats();
      const buffered = { bufferBatches: batches, bufferBytes: bytes };
      log.write('info', isLast ? 'Stopped.' : 'Status.', { ...cameIn(collector), ...buffered });
    },
  },
});

/** Over OTLP, and from the platforms' own telemetry: records, and those of them that told nothing. */
function cameIn(collector: Collector) {
  const platforms = collector.platformStats();
  const unknown = platforms.flatMap((one) => one.unknown);
  return {
    ...collector.stats(),
    platformRecords: platforms.reduce((sum, { records }) => sum + records, 0),
    unknownRecords: unknown.reduce((sum, { count }) => sum + count, 0),
  };
}

function statusLine(collector: Collector): string {
  const { requests, failedRequests, receivedSpans, acknowledgedSpans, rejectedSpans, ...platforms } = cameIn(collector);
  const { platformRecords, unknownRecords } = platforms;
  const told = `, ${formatCount(platformRecords)} records of platforms (${formatCount(unknownRecords)} told nothing)`;
  return (
    `${formatCount(requests)} OTLP requests (${formatCount(failedRequests)} failed), ` +
    `${formatCount(receivedSpans)} spans received, ${formatCount(acknowledgedSpans)} stored, ` +
    `${formatCount(rejectedSpans)} rejected${platformRecords === 0 ? '' : told}`
  );
}

function lastLine(collector: Collector): string {
  const { batches, bytes } = collector.bufferStats();
  const left = `; ${formatCount(batches)} batches (${formatCount(bytes)} bytes) stay in the buffer`;
  return `${statusLine(collector)}${batches === 0 ? '' : left}; stopped`;
}
