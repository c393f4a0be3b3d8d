/** The figures that a person looks at, of those that a collector has; `/metrics` has all of them. */
import type { BufferHealth, CollectorHealth, Delays, Received, SealingHealth } from '../model/health.ts';
import type { Distribution } from './exposition.ts';
import type { Measured } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import { rejectedRequests } from './rejected-requests.ts';

const nearestRank = (counts: readonly number[], percent: number): number => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  return counts.findIndex((count) => {
    seen += count;
    return total > 0 && seen * 100 >= total * percent;
  });
};

/** Of all distributions together, which have the same bounds: a quantile is the upper bound of the bar that it is in. */
export const delaysOf = (distributions: readonly Distribution[]): Delays => {
  const [{ bounds } = { bounds: [] }] = distributions;
  const counts = distributions.reduce<number[]>(
    (sums, each) => each.counts.map((count, at) => count + (sums[at] ?? 0)),
    [],
  );
  const at = (percent: number): number | null => {
    const seconds = bounds[nearestRank(counts, percent)];
    return seconds === undefined ? null : seconds * 1_000;
  };
  return { count: counts.reduce((sum, count) => sum + count, 0), p50Ms: at(50), p99Ms: at(99) };
};

const receivedOf = ({ stats, buffer, watch, platforms, refusedConnections }: Measured): Received => {
  const { requests, receivedSpans, acknowledgedSpans, rejectedSpans } = stats();
  const { deduplicatedRequests, refusedRequests } = buffer();
  const rejected = rejectedRequests(watch.answers(), refusedRequests, watch.mostOverload);
  return {
    ...{ requests, spans: receivedSpans, acknowledgedSpans, rejectedSpans, deduplicatedRequests },
    rejectedRequests: rejected.flatMap(({ labels, value }) =>
      value > 0 ? [{ name: labels?.reason ?? '', count: value }] : [],
    ),
    refusedConnections: refusedConnections(),
    platforms: platforms().map(({ path, records, unknown }) => ({
      ...{ path, records },
      unknown: unknown.map(({ reason, count }) => ({ name: reason, count })),
    })),
  };
};

const bufferOf = ({ buffer }: Measured): BufferHealth => {
  const { batches, bytes, limitBytes, oldestMs, queuedBytes, refusedBatches, damagedBatches, ...counts } = buffer();
  const { insertedBatches, insertedRows, retries, isFailing, lastFailure } = counts;
  return {
    ...{ batches, bytes, limitBytes, oldestMs, queuedBytes, setAside: refusedBatches, damaged: damagedBatches },
    ...{ insertedBatches, insertedRows, retries, isFailing, lastFailure },
  };
};

const sealingOf = ({ watch }: Measured): SealingHealth => {
  const { lastSuccessMs, lastDurationMs, failures, isFailing } = watch.sealing;
  const lastSuccessAt = lastSuccessMs === null ? null : new Date(lastSuccessMs).toISOString();
  return { lastSuccessAt, lastDurationMs, failures, isFailing };
};

export const collectorHealth = (measured: Measured, readiness: Readiness): CollectorHealth => {
  const { watch, version, decoding, knownFunctions } = measured;
  const { user, system } = process.cpuUsage();
  const { threads, waiting, lost } = decoding();
  const { count, limit } = knownFunctions();
  return {
    ...{ version, node: process.versions.node },
    startedAt: new Date(Math.round(performance.timeOrigin)).toISOString(),
    uptimeMs: performance.now(),
    isReady: readiness.ready,
    error: readiness.ready ? null : readiness.error,
    next: readiness.ready ? null : readiness.next,
    ...{ cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() },
    ...{ decodeThreads: threads, decodeWaiting: waiting, decodeLost: lost },
    ...{ functions: count, functionsLimit: limit },
    received: receivedOf(measured),
    requests: delaysOf(watch.requests.samples()),
    inserts: delaysOf(watch.inserts.samples()),
    eventLoop: delaysOf(watch.eventLoopDelays.samples()),
    buffer: bufferOf(measured),
    sealing: sealingOf(measured),
  };
};
