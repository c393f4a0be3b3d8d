/** Cold starts that a benchmark measured, as rows of `bench_samples`. The table itself is in schema/. */
import { cut } from '../model/attributes.ts';
import { dateTime64, dayOf } from '../model/time.ts';
import type { Column } from './batch.ts';

/** One cold start. Times are nanoseconds; `null` is not observable. */
export interface BenchSample {
  /** UTC, milliseconds since 1970: when the run was. */
  measuredMs: number;
  /** Unique; the same run stored again is stored once. */
  runId: string;
  /** Which machines' times may be compared with it. */
  fingerprint: string;
  functionName: string;
  platform: string;
  runtime: string;
  /** '' where there is no Node. */
  node: string;
  /** 0 where the platform has no such setting. */
  memoryMb: number;
  side: 'base' | 'head';
  /** '' outside a repository. */
  commit: string;
  /** As it was asked for; '' = the working tree. */
  ref: string;
  pageCache: 'warm' | 'dropped';
  /** Of the run's own comparison; `null` where nothing was compared. */
  verdict: string | null;
  /** From 0, in the order of measuring. */
  sample: number;
  coldNs: number;
  readyNs: number | null;
  cpuNs: number | null;
  rssBytes: number | null;
}

const nsOf = (ms: number): bigint => BigInt(ms) * 1_000_000n;

/** Names come from files and repositories: half of a surrogate pair in one must not fail the insert. */
const text = (value: string): string => cut(value.toWellFormed());

export const benchSampleColumns: readonly Column<BenchSample>[] = [
  { name: 'day', value: ({ measuredMs }) => dayOf(nsOf(measuredMs)) },
  { name: 'function_name', value: ({ functionName }) => text(functionName) },
  { name: 'fingerprint', value: ({ fingerprint }) => text(fingerprint) },
  { name: 'measured_at', value: ({ measuredMs }) => dateTime64(nsOf(measuredMs)).slice(0, 23) },
  { name: 'run_id', value: ({ runId }) => text(runId) },
  { name: 'side', value: ({ side }) => side },
  { name: 'node', value: ({ node }) => text(node) },
  { name: 'memory_mb', value: ({ memoryMb }) => whole(memoryMb) },
  { name: 'sample', value: ({ sample }) => sample },
  { name: 'commit', value: ({ commit }) => text(commit) },
  { name: 'ref', value: ({ ref }) => text(ref) },
  { name: 'platform', value: ({ platform }) => text(platform) },
  { name: 'runtime', value: ({ runtime }) => text(runtime) },
  { name: 'page_cache', value: ({ pageCache }) => pageCache },
  { name: 'verdict', value: ({ verdict }) => verdict },
  { name: 'cold_ns', value: ({ coldNs }) => whole(coldNs) },
  { name: 'ready_ns', value: ({ readyNs }) => (readyNs === null ? null : whole(readyNs)) },
  { name: 'cpu_ns', value: ({ cpuNs }) => (cpuNs === null ? null : whole(cpuNs)) },
  { name: 'rss_bytes', value: ({ rssBytes }) => (rssBytes === null ? null : whole(rssBytes)) },
];

/** The columns are unsigned. */
const whole = (value: number): number => Math.max(0, Math.round(value));
