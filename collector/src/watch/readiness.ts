/**
 * Whether spans that are sent now would be acknowledged: that is what `/readyz` means. ClickHouse may be away for that, as
 * long as the buffer has room; a load balancer that took every collector out because of it would lose what they could keep.
 */
import type { BufferStats } from '../buffer/stats.ts';
import type { Watch } from './watch.ts';

export type Readiness = { ready: true; store: 'reachable' | 'away' } | { ready: false; error: string; next: string };

/** A buffer that is this full takes no ordinary request any more, or will not in a moment. */
const fullShare = 0.99;

export function readiness(
  { bytes, limitBytes, isFailing }: Pick<BufferStats, 'bytes' | 'limitBytes' | 'isFailing'>,
  { isDiskFailing, sealing }: Pick<Watch, 'isDiskFailing' | 'sealing'>,
  isClosing: boolean,
): Readiness {
  if (isClosing) {
    return {
      ready: false,
      error: 'The collector is stopping.',
      next: 'Send to another one, or to this one again when it is back.',
    };
  }
  if (isDiskFailing) {
    return {
      ready: false,
      error: 'The buffer cannot write to its disk.',
      next: 'Look at the log of the collector, and at the space and the rights of its data directory.',
    };
  }
  const isStoreAway = isFailing || sealing.isFailing;
  if (bytes >= limitBytes * fullShare) {
    return {
      ready: false,
      error: `The buffer is full: ${megabytes(bytes)} of ${megabytes(limitBytes)} MB wait for ClickHouse${isStoreAway ? ', which does not take them' : ''}.`,
      next: 'See that ClickHouse runs and has room; the buffer empties by itself then.',
    };
  }
  return { ready: true, store: isStoreAway ? 'away' : 'reachable' };
}

const megabytes = (bytes: number): string => String(Math.round(bytes / 1_048_576));
