/**
 * CPU by memory, as on Lambda: 1,769 MB are one vCPU. A control group of our own holds an instance's processes to that
 * share where this machine lets us make one; where it does not, instances run unlimited and that is said.
 * Tried with cgroup v1 (Linux 6.18) and v2 (6.1; from the root group, from one without a cpu controller, and from one that
 * has it and holds us): a process that spins had its share within 0.02 vCPU.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** MB that bring one vCPU. */
export const mbPerVcpu = 1_769;
/** Short, so that a small function runs in many small slices and not in one burst. Microseconds. */
const periodUs = 20_000;
/** The kernel takes no smaller share of a period. */
const leastQuotaUs = 1_000;

export interface CpuLimit {
  /** For screens: what holds, or why nothing does. */
  readonly description: string;
  /** `null` when CPU is not limited. */
  readonly vcpus: number | null;
  /** Puts a process, with what it starts from now on, below the limit. */
  add(pid: number): void;
  /** Removes the group; its processes must have ended. */
  remove(): Promise<void>;
}

interface Hierarchy {
  name: string;
  /** Where groups may be made, best first. */
  parents(): string[];
  write(group: string, quotaUs: number): void;
}

const mounts = (): { point: string; type: string; options: string[] }[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, point = '', type = '', options = '']) => ({ point, type, options: options.split(',') }));

/** The group that we are in, below a hierarchy's mount point. */
const ownGroup = (controller: string): string =>
  readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, controllers]) => controllers?.split(',').includes(controller))?.[2] ?? '/';

const hierarchies: readonly Hierarchy[] = [
  {
    name: 'cgroup v2',
    parents: () =>
      mounts()
        .filter(({ type }) => type === 'cgroup2')
        .flatMap(({ point }) => [join(point, ownGroup('')), point])
        .filter((group) => readFileSync(join(group, 'cgroup.controllers'), 'utf8').split(/\s/).includes('cpu')),
    write: (group, quotaUs) => {
      // A parent hands its controllers down only when told.
      writeFileSync(join(group, '..', 'cgroup.subtree_control'), '+cpu');
      // One that holds processes itself, such as a container's own, hands CPU down to threaded groups alone.
      const type = join(group, 'cgroup.type');
      if (readFileSync(type, 'utf8').trim() === 'domain invalid') writeFileSync(type, 'threaded');
      writeFileSync(join(group, 'cpu.max'), `${quotaUs} ${periodUs}`);
    },
  },
  {
    name: 'cgroup v1',
    parents: () =>
      mounts()
        .filter(({ type, options }) => type === 'cgroup' && options.includes('cpu'))
        .map(({ point }) => join(point, ownGroup('cpu'))),
    write: (group, quotaUs) => {
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(periodUs));
      writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quotaUs));
    },
  },
];

let groups = 0;

const makeGroup = (hierarchy: Hierarchy, parent: string, quotaUs: number): string => {
  groups += 1;
  const group = join(parent, `coldlens-${process.pid}-${groups}`);
  mkdirSync(group);
  try {
    hierarchy.write(group, quotaUs);
    return group;
  } catch (error) {
    rmdirSync(group);
    throw error;
  }
};

const removeMaxMs = 2_000;

/** A group is busy until the kernel has cleared its last process away. */
const removeGroup = async (group: string): Promise<void> => {
  const endMs = performance.now() + removeMaxMs;
  for (;;) {
    try {
      return rmdirSync(group);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
};

/** Limits what is added to it to the share of `memoryMb`. Never throws: a machine that does not allow it is described. */
export const limitCpu = (memoryMb: number): CpuLimit => {
  const vcpus = memoryMb / mbPerVcpu;
  const quotaUs = Math.max(leastQuotaUs, Math.round(vcpus * periodUs));
  let reason = process.platform === 'linux' ? 'no control group with a cpu controller' : `not on ${process.platform}`;
  for (const hierarchy of process.platform === 'linux' ? hierarchies : []) {
    try {
      for (const parent of hierarchy.parents()) {
        try {
          const group = makeGroup(hierarchy, parent, quotaUs);
          return {
            description: `CPU limited to ${vcpus.toFixed(2)} vCPU (${memoryMb} MB) by ${hierarchy.name}`,
            vcpus,
            add: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
            remove: () => removeGroup(group),
          };
        } catch (error) {
          reason = `${hierarchy.name}: ${(error as Error).message}`;
        }
      }
    } catch (error) {
      reason = `${hierarchy.name}: ${(error as Error).message}`;
    }
  }
  return unlimited(`CPU not limited by memory (${reason})`);
};

/** Why this machine cannot show the share of CPU that `memoryMb` brings, one sentence; `null` when it can. */
export const whyNotLimited = async (memoryMb: number): Promise<string | null> => {
  const limit = limitCpu(memoryMb);
  await limit.remove();
  if (limit.vcpus === null) return `${limit.description}.`;
  const cores = availableParallelism();
  if (limit.vcpus <= cores) return null;
  return `${memoryMb} MB bring ${limit.vcpus.toFixed(1)} vCPU, and this machine has ${cores}.`;
};

/** No limit, and why. */
export const unlimited = (description: string): CpuLimit => ({
  description,
  vcpus: null,
  add: () => undefined,
  remove: async () => undefined,
});
