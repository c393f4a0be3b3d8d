/**
 * What Cloudflare measures when a Worker is uploaded: how long its module scope took there, once, with nobody waiting. It is told
 * in the answer of the API, and by wrangler, which prints it.
 * https://developers.cloudflare.com/api/resources/workers/subresources/scripts/methods/update/
 */
import { instantNs } from '../../model/instant.ts';
import { namedFunction } from '../../model/invocation/facts.ts';
import type { Telling } from '../../model/telling.ts';
import { msToNs } from '../../model/time.ts';
import { at, isObject } from '../fields.ts';
import type { Place } from '../format.ts';
import { numberAt, textAt } from './fields.ts';

export interface Upload {
  scriptName: string | null;
  version: string | null;
  /** Null = when it was read. */
  atNs: bigint | null;
  startupMs: number | null;
}

/** The answer as it is, or its `result` alone. */
const resultOf = (value: unknown): unknown => at(value, 'result') ?? value;

const members: readonly string[] = ['etag', 'metadata', 'deployment_id', 'modified_on', 'created_on'];

/** Without what is around it, it needs more of its members: programs log a `startup_time_ms` of their own. */
export const isUpload = (value: unknown): boolean => {
  const result = resultOf(value);
  if (!isObject(result) || !Object.hasOwn(result, 'startup_time_ms') || !Object.hasOwn(result, 'id')) return false;
  return result !== value || members.some((name) => Object.hasOwn(result, name));
};

/** Of the two ways to upload, one answers with the script's name as `id`, the other with the version's. */
const versionShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const uploadOf = (value: unknown): Upload => {
  const result = resultOf(value);
  const id = textAt(result, 'id');
  const isVersion = id !== null && versionShape.test(id);
  const times = [['metadata', 'created_on'], ['modified_on'], ['created_on']] as const;
  const atNs = times.map(([name, inner]) => instantNs(at(result, name, inner))).find((ns) => ns !== null);
  return {
    scriptName: isVersion ? null : id,
    version: isVersion
      ? id
      : (textAt(result, 'deployment_id') ?? textAt(result, 'version_id') ?? textAt(result, 'etag')),
    atNs: atNs ?? null,
    startupMs: numberAt(result, 'startup_time_ms'),
  };
};

export const takeUpload = (upload: Upload, place: Place, into: Telling, example: string): void => {
  const functionName = upload.scriptName ?? place.functionName;
  const initNs = upload.startupMs === null ? null : msToNs(upload.startupMs);
  if (functionName === undefined || initNs === null) {
    into.notKnown(functionName === undefined ? 'no function' : 'unknown shape', example);
    return;
  }
  const { account = '', region = '' } = place;
  into.start(
    {
      of: namedFunction(functionName, { provider: 'cloudflare', account, region, functionVersion: upload.version }),
      ...{ functionName, instanceId: upload.version ?? '', moment: 'uploaded', initNs, isAhead: true },
      startedNs: upload.atNs ?? into.receivedNs,
    },
    example,
  );
};

const told = {
  startup: /^Worker Startup Time: (\d{1,6}(?:\.\d{1,3})?) ms\s*$/,
  name: /^Uploaded (\S{1,512}) \(/,
  version: /^(?:Current|Worker) Version ID: ([0-9a-f-]{36})\s*$/i,
} as const;

export const isWranglerLine = (line: string): boolean => Object.values(told).some((shape) => shape.test(line));

/** What `wrangler deploy` prints: three lines among others, the version's last. */
export class WranglerOutput {
  readonly #place: Place;
  readonly #into: Telling;
  #startupMs: number | null = null;
  #scriptName: string | null = null;

  constructor(place: Place, into: Telling) {
    this.#place = place;
    this.#into = into;
  }

  /** @returns false for a line that is none of them */
  line(line: string): boolean {
    const startup = told.startup.exec(line)?.[1];
    if (startup !== undefined) {
      this.#startupMs = Number(startup);
      this.#scriptName = null;
    }
    this.#scriptName = told.name.exec(line)?.[1] ?? this.#scriptName;
    const version = told.version.exec(line)?.[1];
    if (version === undefined) return isWranglerLine(line);
    const upload = { scriptName: this.#scriptName, version, atNs: null, startupMs: this.#startupMs };
    if (this.#startupMs !== null) takeUpload(upload, this.#place, this.#into, line);
    this.#startupMs = null;
    return true;
  }
}
