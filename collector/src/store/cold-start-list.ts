/** The cold starts of one function one by one, the latest first. */
import type { Certainty } from '@coldlens/agent/vocabulary';
import type {
  ColdStart,
  ColdStartList,
  ColdStartPlace,
  ColdStartQuery,
  FunctionIdentity,
} from '../model/function-page.ts';
import type { Page } from '../model/page.ts';
import type { Connection } from './connection.ts';
import {
  coldStartRows,
  milliseconds,
  type Nanoseconds,
  rolledRows,
  type SealedWindow,
  sealedWindow,
} from './periods.ts';
import { functionId } from './schema/005-sealed-periods.ts';

/** Of rows that name a function. */
export const isIt = `function_id = ${functionId((column) => `{${column}:String}`)}`;

/** By name, so that nothing else becomes a parameter. */
export const identityOf = ({ provider, account, region, name }: FunctionIdentity): Record<string, string> => ({
  provider,
  account,
  region,
  function_name: name,
});

/** The key settles the order of cold starts of the same millisecond; as text, for it is compared as one as well. */
const key = 'toString(colds.invocation_key)';
const statement = (window: SealedWindow): string => `
SELECT toUnixTimestamp64Milli(colds.at) AS at_ms, ${key} AS key, invocation_id, trace_id, kind, certainty,
  function_version, memory_mb, latency_ns, runtime_start_ns, init_ns, execution_ns, reported_init_ns, restore_ns
FROM ${coldStartRows(window, isIt)} AS colds
WHERE colds.at <= fromUnixTimestamp64Milli({before_ms:Int64}, 'UTC')
  AND (toUnixTimestamp64Milli(colds.at), ${key}) < ({before_ms:Int64}, {before_key:String})
ORDER BY colds.at DESC, ${key} DESC
LIMIT {limit:UInt32}`;

const isKnown = (window: SealedWindow): string => `SELECT 1 FROM ${rolledRows(window, 'day', isIt)} LIMIT 1`;

interface Row {
  at_ms: string;
  key: string;
  invocation_id: string | null;
  trace_id: string | null;
  kind: 'cold' | 'restored';
  certainty: Certainty | '';
  function_version: string;
  memory_mb: number;
  latency_ns: Nanoseconds;
  runtime_start_ns: Nanoseconds;
  init_ns: Nanoseconds;
  execution_ns: Nanoseconds;
  reported_init_ns: Nanoseconds;
  restore_ns: Nanoseconds;
}

const coldStartOf = (row: Row): ColdStart => ({
  at: new Date(Number(row.at_ms)).toISOString(),
  invocationId: row.invocation_id ?? row.key,
  traceId: row.trace_id,
  kind: row.kind,
  startCertainty: row.certainty === '' ? null : row.certainty,
  version: row.function_version,
  memoryMb: row.memory_mb === 0 ? null : row.memory_mb,
  latencyMs: milliseconds(row.latency_ns),
  runtimeStartMs: milliseconds(row.runtime_start_ns),
  initMs: milliseconds(row.init_ns),
  executionMs: milliseconds(row.execution_ns),
  reportedInitMs: milliseconds(row.reported_init_ns),
  restoreMs: milliseconds(row.restore_ns),
});

/** Later than any; on its way to other shards a time is read by at most ten digits of seconds, which end in 2286. */
const fromTheLatest: ColdStartPlace = { atMs: Date.UTC(2200, 0), key: '' };

/**
 * @param parameters of the window, and of the function
 * @throws what the client throws
 */
export async function latestColdStarts(
  connection: Connection,
  window: SealedWindow,
  parameters: Readonly<Record<string, string | number>>,
  limit: number,
  { atMs, key: beforeKey } = fromTheLatest,
): Promise<Page<ColdStart[], ColdStartPlace>> {
  const place = { before_ms: atMs, before_key: beforeKey };
  // One more tells whether there are more.
  const rows = await connection.select<Row>(statement(window), { ...parameters, ...place, limit: limit + 1 });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    answer: rows.slice(0, limit).map(coldStartOf),
    next: last === undefined ? null : { atMs: Number(last.at_ms), key: last.key },
  };
}

/**
 * @returns `null` when the window has no invocation of such a function
 * @throws what the client throws
 */
export async function coldStartList(
  connection: Connection,
  { sinceMs: windowMs, limit, from, ...identity }: ColdStartQuery,
  nowMs: number,
): Promise<Page<ColdStartList, ColdStartPlace> | null> {
  const window = sealedWindow(windowMs, nowMs);
  const { sinceMs } = window;
  const parameters = { ...identityOf(identity), ...window.parameters };
  const { answer: coldStarts, next } = await latestColdStarts(connection, window, parameters, limit, from);
  if (coldStarts.length === 0 && (await connection.select(isKnown(window), parameters)).length === 0) return null;
  const answer = { since: new Date(sinceMs).toISOString(), until: new Date(nowMs).toISOString(), coldStarts };
  return { answer, next };
}
