/** Keeps the samples of a run in ClickHouse, beside what the collector stores: so that a function's history has commits. */
import { createHash } from 'node:crypto';
import type { BenchSample, Store } from '@coldlens/collector';
import type { Result, Side } from './result.ts';

/** The same run gives the same id, so that storing it again adds nothing. */
const runIdOf = (result: Result): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        result.createdAt,
        result.fingerprint,
        result.head,
        result.functions.map(({ samples }) => samples),
      ]),
    )
    .digest('hex')
    .slice(0, 32);

const nsOf = (ms: number | null): number | null => (ms === null ? null : ms * 1e6);

/** Every cold start of the run; the base's are stored under the base's own commit. */
export const benchSamplesOf = (result: Result): BenchSample[] => {
  const runId = runIdOf(result);
  const sides: readonly ['base' | 'head', Side | null][] = [
    ['base', result.base],
    ['head', result.head],
  ];
  return result.functions.flatMap((fn) =>
    sides.flatMap(([side, state]) =>
      fn.samples[side].map(
        (sample, index): BenchSample => ({
          measuredMs: Date.parse(result.createdAt),
          runId,
          fingerprint: result.fingerprint,
          functionName: fn.name,
          platform: fn.platform,
          runtime: fn.runtime,
          node: fn.node ?? '',
          memoryMb: fn.memoryMb ?? 0,
          side,
          commit: state?.commit ?? '',
          ref: state?.ref ?? '',
          pageCache: result.settings.pageCache,
          verdict: side === 'head' ? fn.verdict : null,
          sample: index,
          coldNs: sample.coldMs * 1e6,
          readyNs: nsOf(sample.readyMs),
          cpuNs: nsOf(sample.cpuMs),
          rssBytes: sample.rssMb === null ? null : sample.rssMb * 2 ** 20,
        }),
      ),
    ),
  );
};

/** Only who stores pays for the client of ClickHouse. */
const openPlace = async (place: string): Promise<Store> => {
  const { openStore } = await import('@coldlens/collector');
  return openStore(/^https?:\/\//i.test(place) ? { clickhouse: place } : { data: place });
};

/** @throws Trouble when there is no store, and none can be made */
export const mustBeStore = async (place: string): Promise<void> => {
  const store = await openPlace(place);
  await store.close();
};

/**
 * @param place data directory of the embedded ClickHouse, or the address of a server
 * @returns how many samples are stored, and where: without user and password
 * @throws Trouble when the store cannot be opened, or refuses the samples
 */
export const storeResult = async (result: Result, place: string): Promise<{ samples: number; description: string }> => {
  const store = await openPlace(place);
  try {
    const samples = benchSamplesOf(result);
    await store.insertBenchSamples(samples);
    return { samples: samples.length, description: store.description };
  } finally {
    await store.close();
  }
};
