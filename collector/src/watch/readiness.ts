/**
 * Whether spans that are sent now would be acknowledged: that is what `/readyz` means. ClickHouse may be away for that, as
 * long as the buffer has room; a load balancer that took every collector out because of it would lose what they could keep.
 */
import type { BufferStats } from '../buffer/stats.ts';
import type { SealingStats } from './watch.ts';

export type Readiness = { ready: true; store: 'reachable' | 'away' } | { ready: false; error: string; next: string };

/** A buffer that is this full takes no ordinary request any more, or will not in a moment. */
const fullShare = 0.99;
/**
 * How long the last request that the disk refused counts. Nobody sends to a collector that is not ready, so nothing but time
 * can show that its disk works again.
 */
const diskPatienceMs = 10_000;

/** What is looked at; the rest is of no meaning here. */
export interface ReadinessOf {
  buffer: Pick<BufferStats, 'bytes' | 'limitBytes' | 'isFailing' | 'refusedRequests'>;
  sealing: Pick<SealingStats, 'isFailing'>;
  isClosing: boolean;
}

/** @param now milliseconds; any clock that goes on @returns what says it of a moment; it remembers what it was shown before */
export function readinessOverTime(now: () => number = () => performance.now()): (of: ReadinessOf) => Readiness {
  let diskRefusals = 0;
  let diskUntilMs = Number.NEGATIVE_INFINITY;
  return ({ buffer, sealing, isClosing }) => {
    if (buffer.refusedRequests.disk > diskRefusals) diskUntilMs = now() + diskPatienceMs;
    diskRefusals = buffer.refusedRequests.disk;
    if (isClosing) {
      const next = 'Send to another one, or to this one again when it is back.';
      return { ready: false, error: 'The collector is stopping.', next };
    }
    if (now() < diskUntilMs) {
      const next = "Look at the collector's log, and at the space and the rights of its buffer's directory.";
      return { ready: false, error: 'The buffer cannot write to its disk.', next };
    }
    const isAway = buffer.isFailing || sealing.isFailing;
    if (buffer.bytes < buffer.limitBytes * fullShare) return { ready: true, store: isAway ? 'away' : 'reachable' };
    const held = `${megabytes(buffer.bytes)} of ${megabytes(buffer.limitBytes)} MB wait for ClickHouse`;
    return {
      ready: false,
      error: `The buffer is full: ${held}${isAway ? ', which does not take them' : ''}.`,
      next: 'See that ClickHouse runs and has room; the buffer empties by itself then.',
    };
  };
}

const megabytes = (bytes: number): string => String(Math.round(bytes / 1_048_576));
