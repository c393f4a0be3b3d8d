/** One cold start under the probe: what it saw, and the moments that only its parent knows. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preloading } from '../measure/preload.ts';
import type { Condition } from '../measure/sample.ts';
import { runOnce } from '../measure/start.ts';
import { type ProbeRecord, recordVersion } from '../probe/record.ts';
import { probeVariable } from '../probe/variables.ts';
import type { Target } from '../targets/target.ts';

const probeFile = fileURLToPath(new URL('../../probe.cjs', import.meta.url));

/** 20,000 modules and a profile are some 20 MB. */
const maxRecordBytes = 128 * 1_048_576;

/** What a start is to be watched for, beside its modules. Each costs the start some of its time. */
export interface Wanted {
  coverage?: boolean;
  profile?: boolean;
}

/** Milliseconds on the system's monotonic clock, as in the record. */
export interface WatchedStart {
  /** `null` = the process left none, or nothing can be watched there. */
  record: ProbeRecord | null;
  spawnedMs: number;
  /** When the runtime could take an event; `null` where the platform does not show it. */
  readyMs: number | null;
  respondedMs: number;
}

/** The user's first file, where the runtime is the main script. */
const entryOf = (target: Target): string | null => {
  if (target.platform === 'google') return target.source;
  if (target.platform === 'azure') return join(target.appRoot, target.main);
  return null;
};

/** The function could write there as well: what is no record is none. */
const readRecord = async (file: string): Promise<ProbeRecord | null> => {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile() || found.size > maxRecordBytes) return null;
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as Partial<ProbeRecord> | null;
    return record?.version === recordVersion && Array.isArray(record.nodes) ? (record as ProbeRecord) : null;
  } catch {
    return null;
  }
};

/** Under the probe, and without a limit of CPU, under which writing the record would outlast the instance. */
const watchedCondition = (
  target: Target,
  { limitCpu: _, ...condition }: Condition,
  file: string,
  wanted: Wanted,
): Condition => {
  if (target.platform === 'workers') return condition;
  const entry = entryOf(target);
  return preloading({ target, condition }, probeFile, {
    [probeVariable.file]: file,
    ...(entry !== null && { [probeVariable.entry]: entry }),
    [probeVariable.with]: [wanted.coverage && 'coverage', wanted.profile && 'profile'].filter(Boolean).join(),
  });
};

/** Neither starts by a path that the probe could come by. */
const watchable = (target: Target): Target =>
  target.platform === 'azure' ? { ...target, fromPlaceholder: false } : target;

/** What a process has to write its record: 20 MB take less than a second. */
const farewellMs = 10_000;

/** @throws as {@link runOnce} does, with nothing left running */
export const startWatched = async (
  target: Target,
  condition: Condition,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<WatchedStart> => {
  const directory = await mkdtemp(join(tmpdir(), 'coldlens-probe-'));
  const file = join(directory, 'record.json');
  try {
    const watched = watchedCondition(target, condition, file, wanted);
    const moments = await runOnce(
      watchable(target),
      watched,
      { signal, farewellMs },
      ({ latencyMs, spawnToReadyMs, spawnedMs: atMs = performance.now() - latencyMs }) => {
        // Lambda's invocation is over when the runtime asks for the next event, which is later than its response.
        const spawnedMs = Number(process.hrtime.bigint()) / 1e6 - (performance.now() - atMs);
        const readyMs = spawnToReadyMs == null ? null : spawnedMs + spawnToReadyMs;
        return { spawnedMs, readyMs, respondedMs: spawnedMs + latencyMs };
      },
    );
    return { record: await readRecord(file), ...moments };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
