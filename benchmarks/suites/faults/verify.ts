/** Is what was acknowledged in ClickHouse, each span exactly once, and do the rollups say the same as the rows? */
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '@coldlens/collector';
import type { ClickHouse } from './clickhouse.ts';
import { type Load, spansPerRequest } from './load.ts';

export interface Found {
  ackedSpans: number;
  /** Spans that were acknowledged and are not there. */
  lost: number;
  /** Rows that are there more than once, in either table. */
  duplicated: number;
  /** How many invocations the rollups count too many or too few. */
  rollupsDiffer: number;
}

const dayMs = 86_400_000;

/** Rows that merges have already made one would not be seen as two. */
export const keepEveryRow = async (clickhouse: ClickHouse): Promise<void> => {
  for (const table of ['spans', 'invocation_parts']) await clickhouse.command(`SYSTEM STOP MERGES ${table}`);
};

export const verify = async (
  clickhouse: ClickHouse,
  load: Pick<Load, 'acknowledged' | 'ackedSpans'>,
  name: string,
): Promise<Found> => {
  const stored = await clickhouse.ask<{ request: string; rows: string; spans: string }>(
    `SELECT intDiv(number, ${spansPerRequest}) AS request, count() AS rows, uniqExact(number) AS spans
     FROM (SELECT reinterpretAsUInt64(reverse(unhex(span_id))) AS number FROM spans WHERE function_name = '${name}')
     GROUP BY request`,
  );
  const spansOf = new Map(stored.map(({ request, spans }) => [Number(request), Number(spans)]));
  const lost = [...load.acknowledged].reduce((sum, request) => sum + spansPerRequest - (spansOf.get(request) ?? 0), 0);
  const duplicatedSpans = stored.reduce((sum, { rows, spans }) => sum + Number(rows) - Number(spans), 0);
  const [parts] = await clickhouse.ask<{ rows: string; invocations: string }>(
    `SELECT count() AS rows, uniqExact(invocation_key) AS invocations FROM invocation_parts WHERE function_name = '${name}'`,
  );
  const invocations = Number(parts?.invocations ?? 0);
  const stowed = stored.reduce((sum, { spans }) => sum + Number(spans), 0);
  return {
    ackedSpans: load.ackedSpans,
    // Every span is an invocation: one whose other row is missing is lost too.
    lost: lost + Math.max(0, stowed - invocations),
    duplicated: duplicatedSpans + Number(parts?.rows ?? 0) - invocations,
    rollupsDiffer: Math.abs((await ranked(clickhouse, name)) - invocations),
  };
};

/** A collector that was killed while it sealed has left its lock, which others would take for dead after two minutes only. */
export const forgetSealer = async (clickhouse: ClickHouse): Promise<void> => {
  await clickhouse.command('DROP TABLE IF EXISTS sealing_lock SYNC');
};

const sealTries = 30;

/** ClickHouse may still be at a statement of the one that was killed. */
const sealed = async (clickhouse: ClickHouse, store: Store): Promise<void> => {
  for (let left = sealTries; ; left -= 1) {
    await forgetSealer(clickhouse);
    try {
      await store.seal();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(500);
    }
  }
};

/** As a ranking of a long window counts them, which is made of rollups. */
const ranked = async (clickhouse: ClickHouse, name: string): Promise<number> => {
  const store = await openStore({ clickhouse: `${clickhouse.url}/coldlens` });
  try {
    await sealed(clickhouse, store);
    const { functions } = await store.ranking({ sinceMs: 5 * dayMs, sort: 'invocations', limit: 100, filter: name });
    return functions.filter((fn) => fn.name === name).reduce((sum, fn) => sum + fn.invocations, 0);
  } finally {
    await store.close();
  }
};
