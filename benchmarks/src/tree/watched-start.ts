/** One cold start under the probe: what it saw, and the moments that only its parent knows. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Trouble } from '@coldlens/collector/trouble';
import { instanceFor } from '../measure/instance-for.ts';
import { killMarked, newMark } from '../measure/leftovers.ts';
import type { Condition } from '../measure/sample.ts';
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

/** `NODE_OPTIONS` that load a file first, before what the user has in it. */
export const nodeOptionsWith = (file: string, options: string | undefined): string =>
  `--require ${JSON.stringify(file)}${options === undefined || options === '' ? '' : ` ${options}`}`;

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

const probeEnvironment = (
  target: Target,
  condition: Condition,
  file: string,
  wanted: Wanted,
): Record<string, string> => {
  const own = { ...target.environment, ...condition.environment };
  const entry = entryOf(target);
  return {
    ...condition.environment,
    NODE_OPTIONS: nodeOptionsWith(probeFile, own.NODE_OPTIONS),
    [probeVariable.file]: file,
    ...(entry !== null && { [probeVariable.entry]: entry }),
    [probeVariable.with]: [wanted.coverage && 'coverage', wanted.profile && 'profile'].filter(Boolean).join(),
  };
};

/** Neither starts by a path that the probe could come by. */
const watchable = (target: Target): Target =>
  target.platform === 'azure' ? { ...target, fromPlaceholder: false } : target;

/** Without its limit of CPU, under which writing the record would outlast the instance. */
const unlimited = ({ limitCpu: _, ...condition }: Condition): Condition => condition;

/** @throws `Trouble` when the target cannot be started, or fails on its event */
export const startWatched = async (target: Target, condition: Condition, wanted: Wanted): Promise<WatchedStart> => {
  const directory = await mkdtemp(join(tmpdir(), 'coldlens-probe-'));
  const file = join(directory, 'record.json');
  const mark = newMark();
  const environment =
    target.platform === 'workers'
      ? { ...condition.environment }
      : { ...probeEnvironment(target, condition, file, wanted), ...mark };
  const instance = instanceFor(watchable(target), { ...unlimited(condition), environment });
  try {
    const { answer, latencyMs, spawnToReadyMs } = await instance.start(target.event);
    const respondedMs = Number(process.hrtime.bigint()) / 1e6;
    if (answer.state !== 'succeeded') {
      const what = answer.state === 'timed out' ? 'took too long' : `failed: ${answer.errorType}`;
      throw new Trouble(
        `Function ${target.name} ${what} on its first event, while its modules were watched.`,
        'Mend the function, or give it an event that it can answer.',
      );
    }
    await instance.stop();
    const spawnedMs = respondedMs - latencyMs;
    const readyMs = spawnToReadyMs === undefined || spawnToReadyMs === null ? null : spawnedMs + spawnToReadyMs;
    return { record: await readRecord(file), spawnedMs, readyMs, respondedMs };
  } finally {
    await instance.stop();
    await killMarked(mark);
    await rm(directory, { recursive: true, force: true });
  }
};
