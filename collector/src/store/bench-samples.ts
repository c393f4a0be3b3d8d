/** Cold starts that a benchmark measured, as rows of `bench_samples`. The table itself is in schema/. */
import { cut } from '../model/attributes.ts';
import { dayOf } from '../model/time.ts';
import type { Column } from './native.ts';

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
  { name: 'day', type: 'Date', value: ({ measuredMs }) => dayOf(nsOf(measuredMs)) },
  { name: 'function_name', type: 'LowCardinality(String)', value: ({ functionName }) => text(functionName) },
  { name: 'fingerprint', type: 'LowCardinality(String)', value: ({ fingerprint }) => text(fingerprint) },
  { name: 'measured_at', type: "DateTime64(3, 'UTC')", value: ({ measuredMs }) => measuredMs },
  { name: 'run_id', type: 'String', value: ({ runId }) => text(runId) },
  { name: 'side', type: 'LowCardinality(String)', value: ({ side }) => side },
  { name: 'node', type: 'LowCardinality(String)', value: ({ node }) => text(node) },
  { name: 'memory_mb', type: 'UInt32', value: ({ memoryMb }) => whole(memoryMb) },
  { name: 'sample', type: 'UInt32', value: ({ sample }) => sample },
  { name: 'commit', type: 'LowCardinality(String)', value: ({ commit }) => text(commit) },
  { name: 'ref', type: 'LowCardinality(String)', value: ({ ref }) => text(ref) },
  { name: 'platform', type: 'LowCardinality(String)', value: ({ platform }) => text(platform) },
  { name: 'runtime', type: 'LowCardinality(String)', value: ({ runtime }) => text(runtime) },
  { name: 'page_cache', type: 'LowCardinality(String)', value: ({ pageCache }) => pageCache },
  { name: 'verdict', type: 'LowCardinality(Nullable(String))', value: ({ verdict }) => verdict },
  { name: 'cold_ns', type: 'UInt64', value: ({ coldNs }) => whole(coldNs) },
  { name: 'ready_ns', type: 'Nullable(UInt64)', value: ({ readyNs }) => (readyNs === null ? null : whole(readyNs)) },
  { name: 'cpu_ns', type: 'Nullable(UInt64)', value: ({ cpuNs }) => (cpuNs === null ? null : whole(cpuNs)) },
  {
    name: 'rss_bytes',
    type: 'Nullable(UInt64)',
    value: ({ rssBytes }) => (rssBytes === null ? null : whole(rssBytes)),
  },
];

/** The columns are unsigned. */
const whole = (value: number): number => Math.max(0, Math.round(value));
