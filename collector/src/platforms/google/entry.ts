/** A LogEntry of Cloud Logging: its fields, however they were sent, and the function that it is of. */
import { namedFunction } from '../../model/invocation/facts.ts';
import { msToNs } from '../../model/time.ts';
import { at, nameAt } from '../fields.ts';
import type { Place } from '../format.ts';

/** A duration as JSON has it, `0.004300310s`; nanoseconds. */
export const durationOf = (value: unknown): bigint | null => {
  const [, seconds] = (typeof value === 'string' && /^(\d{1,8}(?:\.\d{1,9})?)s$/.exec(value)) || [];
  return seconds === undefined ? null : msToNs(Number(seconds) * 1_000);
};

/** Names of logs and functions that are remembered at once. */
const mostKnown = 10_000;

const logIds = new Map<string, string>();

/** The last part of a log's name: `projects/<project>/logs/run.googleapis.com%2Frequests`, percent-encoded or not. */
export const logIdOf = (entry: unknown): string => {
  const name = nameAt(entry, 'logName') ?? '';
  let id = logIds.get(name);
  if (id === undefined) {
    if (logIds.size === mostKnown) logIds.clear();
    id = name.replace(/^.*?\/logs\//, '').replaceAll(/%2F/gi, '/');
    logIds.set(name, id);
  }
  return id;
};

/**
 * What no log tells can be told by labels of the service, which Google repeats in each of its entries. Their values are
 * lower-case letters, digits and dashes, so a CPU is thousandths of one.
 */
const sizeLabels = { memoryMb: 'coldlens-memory-mb', milliVcpu: 'coldlens-milli-vcpu' } as const;
const mostOf = { memoryMb: 32 * 1_024, milliVcpu: 64_000 } as const;

const sizeIn = (labels: unknown, size: keyof typeof sizeLabels): number | null => {
  const text = nameAt(labels, sizeLabels[size]) ?? '';
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= mostOf[size] ? value : null;
};

/** By generation: what the function and its place are called among a resource's labels, and as the agent tells it. */
const generations = {
  cloud_function: {
    ...{ name: 'function_name', region: 'region', version: '', instance: 'instance_id' },
    cloudPlatform: 'gcp_cloud_functions',
  },
  cloud_run_revision: {
    ...{ name: 'service_name', region: 'location', version: 'revision_name', instance: 'instanceId' },
    cloudPlatform: 'gcp_cloud_run',
  },
} as const;
export type Generation = keyof typeof generations;

export type NamedFunction = ReturnType<typeof namedFunction>;

/** The function of each entry; entries of one instance share what is known of it. */
export class Functions {
  readonly #place: Place;
  readonly #known = new Map<string, NamedFunction>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** `null` where an entry names none. */
  of(entry: unknown, generation: Generation): NamedFunction | null {
    const { name, region, version, instance, cloudPlatform } = generations[generation];
    const resource = at(entry, 'resource', 'labels');
    const labels = at(entry, 'labels');
    const functionName = nameAt(resource, name) ?? this.#place.functionName;
    if (functionName === undefined) return null;
    const account = nameAt(resource, 'project_id') ?? this.#place.account ?? '';
    const regionName = nameAt(resource, region) ?? this.#place.region ?? '';
    const functionVersion = nameAt(resource, version) ?? '';
    const instanceId = nameAt(labels, instance) ?? '';
    const memoryMb = sizeIn(labels, 'memoryMb');
    const milliVcpu = sizeIn(labels, 'milliVcpu');
    // Lengths first, so that no name can be mistaken for another's end.
    const key = `${functionName.length} ${account.length} ${regionName.length} ${functionVersion.length} ${memoryMb} ${milliVcpu} ${generation} ${functionName}${account}${regionName}${functionVersion}${instanceId}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      if (this.#known.size === mostKnown) this.#known.clear();
      known = namedFunction(functionName, {
        ...{ provider: 'gcp', account, region: regionName, cloudPlatform, memoryMb, milliVcpu },
        ...{ functionVersion: functionVersion || null, instanceId: instanceId || null },
      });
      this.#known.set(key, known);
    }
    return known;
  }
}
