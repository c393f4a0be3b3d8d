/** Every metric of a collector, in one table: `/metrics` and the OpenTelemetry meter are both made of it. */
import type { BufferStats } from '../buffer/stats.ts';
import type { CollectorStats } from '../receive/otlp/receiver.ts';
import type { PlatformStats } from '../receive/platforms/receiver.ts';
import type { DecodePoolStats } from '../receive/workers/decode-pool.ts';
import type { Family, Sample } from './exposition.ts';
import { rejectedRequests } from './rejected-requests.ts';
import type { Watch } from './watch.ts';

/** Where the figures are. */
export interface Measured {
  stats(): CollectorStats;
  /** What came from platforms' own telemetry, by its endpoint. */
  platforms(): readonly PlatformStats[];
  buffer(): BufferStats;
  decoding(): DecodePoolStats;
  /** Functions that have a name of their own, and how many may. */
  knownFunctions(): { count: number; limit: number };
  watch: Watch;
  version: string;
  /** Connections that were closed because their address had enough of them. */
  refusedConnections(): number;
}

interface Moment {
  stats: CollectorStats;
  platforms: readonly PlatformStats[];
  buffer: BufferStats;
  decoding: DecodePoolStats;
  knownFunctions: { count: number; limit: number };
  refusedConnections: number;
  watch: Watch;
  version: string;
}

type Scalar = 'counter' | 'gauge';
/** Type, name without `_total`, help, and the value, or samples of their own. */
type Row =
  | readonly [Scalar, string, string, (moment: Moment) => number | readonly Sample[]]
  | readonly ['histogram', string, string, (moment: Moment) => Extract<Family, { type: 'histogram' }>['samples']];

const startedSeconds = Math.round(performance.timeOrigin) / 1000;

const rows: readonly Row[] = [
  [
    'gauge',
    'coldlens_build_info',
    'Version of the collector and of Node; always 1.',
    ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  ],
  [
    'counter',
    'coldlens_received_requests',
    'Requests to /v1/traces, whatever became of them.',
    ({ stats }) => stats.requests,
  ],
  ['counter', 'coldlens_received_spans', 'Spans that could be decoded.', ({ stats }) => stats.receivedSpans],
  [
    'counter',
    'coldlens_acknowledged_spans',
    'Spans answered with 200: they are durable.',
    ({ stats }) => stats.acknowledgedSpans,
  ],
  [
    'counter',
    'coldlens_rejected_spans',
    'Spans refused one by one, within requests that were otherwise taken.',
    ({ stats }) => [{ labels: { reason: 'invalid_id' }, value: stats.rejectedSpans }],
  ],
  [
    'counter',
    'coldlens_platform_records',
    "Lines, events and entries of platforms' own telemetry that are durable, by endpoint.",
    ({ platforms }) => platforms.map(({ path, records }) => ({ labels: { path }, value: records })),
  ],
  [
    'counter',
    'coldlens_platform_unknown_records',
    'Of these, what told nothing, by reason.',
    ({ platforms }) =>
      platforms.flatMap(({ path, unknown }) =>
        unknown.map(({ reason, count }) => ({ labels: { path, reason: reason.replaceAll(' ', '_') }, value: count })),
      ),
  ],
  [
    'counter',
    'coldlens_rejected_requests',
    "Requests that bring spans, or platforms' records, and were refused, by reason.",
    ({ watch, buffer }) => rejectedRequests(watch.answers(), buffer.refusedRequests, watch.mostOverload),
  ],
  [
    'counter',
    'coldlens_deduplicated_requests',
    'Requests that had come before: acknowledged, not stored again.',
    ({ buffer }) => buffer.deduplicatedRequests,
  ],
  [
    'counter',
    'coldlens_refused_connections',
    'Connections that were closed because their address had enough of them.',
    ({ refusedConnections }) => refusedConnections,
  ],
  ['gauge', 'coldlens_decode_threads', 'Threads that decode.', ({ decoding }) => decoding.threads],
  [
    'gauge',
    'coldlens_decode_waiting_requests',
    'Requests that wait for one of them.',
    ({ decoding }) => decoding.waiting,
  ],
  ['counter', 'coldlens_decode_lost_threads', 'Threads that died while they decoded.', ({ decoding }) => decoding.lost],
  [
    'counter',
    'coldlens_decode_cpu_seconds',
    'CPU time that decoding took.',
    ({ decoding }) => decoding.decodeCpuUs / 1e6,
  ],
  [
    'gauge',
    'coldlens_functions',
    'Functions that are kept apart by their names.',
    ({ knownFunctions }) => knownFunctions.count,
  ],
  [
    'gauge',
    'coldlens_functions_limit',
    'How many there may be; further ones are kept together.',
    ({ knownFunctions }) => knownFunctions.limit,
  ],
  [
    'counter',
    'coldlens_http_responses',
    'Answers, by path and status.',
    ({ watch }) =>
      watch.answers().map(({ route, status, count }) => ({ labels: { route, status: String(status) }, value: count })),
  ],
  ['gauge', 'coldlens_buffer_bytes', 'Size of the buffer on the disk.', ({ buffer }) => buffer.bytes],
  [
    'gauge',
    'coldlens_buffer_limit_bytes',
    'Size at which the buffer takes no more.',
    ({ buffer }) => buffer.limitBytes,
  ],
  ['gauge', 'coldlens_buffer_queued_bytes', 'In memory, on the way to the disk.', ({ buffer }) => buffer.queuedBytes],
  ['gauge', 'coldlens_buffer_batches', 'Batches that are not yet in ClickHouse.', ({ buffer }) => buffer.batches],
  [
    'gauge',
    'coldlens_buffer_oldest_age_seconds',
    'Age of the oldest request that is not yet in ClickHouse; 0 where none waits.',
    ({ buffer }) => (buffer.oldestMs ?? 0) / 1000,
  ],
  [
    'gauge',
    'coldlens_buffer_set_aside_batches',
    'Batches that ClickHouse refused for good, kept aside for a person.',
    ({ buffer }) => buffer.refusedBatches,
  ],
  [
    'gauge',
    'coldlens_buffer_damaged_batches',
    'Files of the buffer that do not wholly fit their checksums, kept aside.',
    ({ buffer }) => buffer.damagedBatches,
  ],
  [
    'counter',
    'coldlens_buffer_committed_requests',
    'Requests that were made durable.',
    ({ buffer }) => buffer.committedRequests,
  ],
  ['counter', 'coldlens_buffer_commits', 'Writes to the disk that made them durable.', ({ buffer }) => buffer.commits],
  ['counter', 'coldlens_inserted_batches', 'Batches that ClickHouse took.', ({ buffer }) => buffer.insertedBatches],
  ['counter', 'coldlens_inserted_rows', 'Rows in them, of all tables.', ({ buffer }) => buffer.insertedRows],
  ['counter', 'coldlens_insert_retries', 'Inserts that failed and are tried again.', ({ buffer }) => buffer.retries],
  ['gauge', 'coldlens_insert_failing', '1 while inserts fail.', ({ buffer }) => Number(buffer.isFailing)],
  ['counter', 'coldlens_sealing_failures', 'Passes of sealing that failed.', ({ watch }) => watch.sealing.failures],
  [
    'gauge',
    'coldlens_sealing_duration_seconds',
    'Time that the latest pass of sealing took.',
    ({ watch }) => watch.sealing.lastDurationMs / 1000,
  ],
  [
    'gauge',
    'coldlens_sealing_last_success_timestamp_seconds',
    'End of the latest pass of sealing that succeeded; 0 = none yet.',
    ({ watch }) => (watch.sealing.lastSuccessMs ?? 0) / 1000,
  ],
  [
    'histogram',
    'coldlens_request_duration_seconds',
    'From the headers of a request to its answer.',
    ({ watch }) => watch.requests.samples(),
  ],
  [
    'histogram',
    'coldlens_buffer_commit_duration_seconds',
    'From the first request of a group to its being durable.',
    ({ watch }) => watch.commits.samples(),
  ],
  [
    'histogram',
    'coldlens_insert_duration_seconds',
    'Inserts of a batch that succeeded.',
    ({ watch }) => watch.inserts.samples(),
  ],
  [
    'histogram',
    'coldlens_event_loop_delay_seconds',
    'How late the event loop was, twenty times a second.',
    ({ watch }) => watch.eventLoopDelays.samples(),
  ],
  ['counter', 'process_cpu_seconds', 'CPU time of the process, user and system.', () => cpuSeconds()],
  [
    'gauge',
    'process_resident_memory_bytes',
    'Resident memory of the process, the embedded ClickHouse apart.',
    () => process.memoryUsage.rss(),
  ],
  ['gauge', 'process_start_time_seconds', 'When the process started, since 1970.', () => startedSeconds],
];

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** All of them, as they are now. */
export function families({ watch, version, ...read }: Measured): Family[] {
  const moment: Moment = {
    ...{ watch, version, stats: read.stats(), buffer: read.buffer(), decoding: read.decoding() },
    ...{ platforms: read.platforms() },
    ...{ knownFunctions: read.knownFunctions(), refusedConnections: read.refusedConnections() },
  };
  return rows.map((row): Family => {
    const [type, name, help, read] = row;
    if (type === 'histogram') return { type, name, help, samples: read(moment) };
    const found = read(moment);
    return { type, name, help, samples: typeof found === 'number' ? [{ value: found }] : found };
  });
}
