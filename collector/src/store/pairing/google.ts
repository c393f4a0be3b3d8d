/** Google: which request of Cloud Run waited for which start, and which was told twice, by ids that have nothing in common. */
import { functionIdentity } from '../schema/005-sealed-periods.ts';
import { slotsOf } from '../slots.ts';
import {
  afterNs,
  aheadS,
  clockMs,
  identity,
  invocations,
  isOpen,
  marginS,
  nsBetween,
  type PairingRule,
  type PairingWindow,
  startedWithin,
} from './shared.ts';

/** Starts and requests on two sides of an hour, and requests right before the earliest start. */
const wider = ({ since, until, where }: PairingWindow, byS = marginS): PairingWindow => ({
  since: since - byS,
  until: until + marginS,
  where,
});

const isOnCloudRun = "provider = 'gcp' AND instance_id != ''";

/** Those that began lately, and those that began ahead of their requests. */
const startsWithin = (window: PairingWindow): string =>
  `(${startedWithin(wider(window, 0))} OR (${startedWithin(wider(window, aheadS))} AND instance_id IN (${startedAhead(window)})))`;

const startedAhead = (window: PairingWindow): string =>
  `SELECT instance_id FROM instance_starts WHERE ${startedWithin(wider(window, aheadS))} AND ${isOnCloudRun} AND is_ahead = 1`;

/** One row an instance: when it began, when it was ready; 0 = not told. */
const instances = (window: PairingWindow): string => `
  SELECT ${functionIdentity.join(', ')}, instance_id, countIf(moment = 'begun') > 0 AS has_begun, countIf(moment != 'begun') > 0 AS is_ready,
    minIf(started_at, moment = 'begun') AS begun_at,
    maxIf(${afterNs('started_at', 'init_ns')}, moment != 'begun') AS ready_at
  FROM instance_starts FINAL
  WHERE ${startsWithin(window)} AND ${isOnCloudRun}
  GROUP BY ${functionIdentity.join(', ')}, instance_id`;

/** Whether an instance that was started ahead has had its first request may be hours ago. */
const requestsOf = (window: PairingWindow): string =>
  invocations(
    { ...window, since: window.since - aheadS, until: window.until + marginS },
    `provider = 'gcp' AND (
      (${slotsOf(wider(window))} AND function_name IN (SELECT function_name FROM instance_starts WHERE ${startsWithin(window)} AND ${isOnCloudRun}))
      OR invocation_key IN (
        SELECT invocation_key FROM invocation_parts
        WHERE ${slotsOf(wider(window, aheadS))} AND provider = 'gcp' AND ${window.where} AND instance_id IN (${startedAhead(window)})))`,
    "isNotNull(duration_ns) AND isNotNull(platform_at) AND instance != ''",
    { served_ns: 'max(platform_served_ns)' },
  );

const isSameInstance = [
  ...functionIdentity.map((column) => `parts.${column} = starts.${column}`),
  'parts.instance = starts.instance_id',
].join(' AND ');

/**
 * Cloud Run: an instance's start and the requests on it are told apart, by the id of the instance, and a request's time is that
 * of its arrival. Who came before the instance was ready waited; the first of them is the cold one. A first request that
 * nobody had to wait for finds an instance that was started for no request (a deployment, a least number of instances), or
 * for one that another instance took: prewarmed.
 *
 *   The line that says ready comes late, sometimes after the request's end as its latency tells it (in public logs by 0.2 to
 *   1.2 s), and may be missing. Then the caller waited as long as it did, and nobody knows how much of it was execution.
 *   Without that line, whoever was there when the instance began waited; of a later one nothing is known.
 */
export const cloudRunLog: PairingRule = {
  when: (window) => `SELECT 1 FROM instance_starts WHERE ${startsWithin(window)} AND ${isOnCloudRun} LIMIT 1`,
  tells: ['platform_start_kind', 'platform_is_certain', 'platform_reported_init_ns', 'platform_served_ns'],
  found: (window) => `
    SELECT * FROM (
      SELECT parts.*, ${afterNs('platform_at', 'duration_ns')} AS ended_at,
        if(is_ready, platform_at <= ready_at AND (NOT has_begun OR ended_at >= begun_at),
          platform_at <= begun_at + INTERVAL ${clockMs} MILLISECOND AND ended_at >= begun_at) AS has_waited,
        row_number() OVER (
          PARTITION BY ${functionIdentity.join(', ')}, instance ORDER BY has_waited DESC, platform_at, invocation_key) = 1 AS is_first,
        multiIf(NOT is_first, 'warm', has_waited, 'cold', is_ready, 'prewarmed', NULL) AS platform_start_kind,
        0 AS platform_is_certain,
        is_first AND has_waited AS is_cold,
        if(is_cold AND has_begun AND is_ready AND ready_at > begun_at, toUInt64(${nsBetween('begun_at', 'ready_at')}), NULL) AS platform_reported_init_ns,
        if(is_cold, if(is_ready AND ended_at > ready_at, toUInt64(${nsBetween('ready_at', 'ended_at')}), 0), NULL) AS platform_served_ns
      FROM (
        SELECT parts.*, starts.has_begun AS has_begun, starts.is_ready AS is_ready, starts.begun_at AS begun_at, starts.ready_at AS ready_at
        FROM (${requestsOf(window)}) AS parts
        JOIN (${instances(window)}) AS starts ON ${isSameInstance}) AS parts)
    WHERE (${isOpen}) AND (ifNull(kind, '') < platform_start_kind
      OR (kind = 'cold' AND platform_start_kind = 'cold' AND (
        isNull(served_ns) OR served_ns < platform_served_ns OR (isNull(reported_ns) AND isNotNull(platform_reported_init_ns)))))`,
};

const isToldInside = 'isNotNull(start_kind) OR isNotNull(otel_execution_ns)';
const toldInside = { told_at: 'max(started_at)', is_inside: `max(${isToldInside})`, elsewhere: 'max(told_elsewhere)' };

/**
 * The same call, told by the platform and by its function under ids that have nothing in common: what the platform tells is not
 * counted beside it. The function's own word is one that the platform has not told by its id, on the same instance, begun
 * while the request lasted.
 */
export const cloudRunEcho: PairingRule = {
  when: (window) => `
    SELECT 1 FROM invocation_parts
    WHERE ${slotsOf(window)} AND ${window.where} AND provider = 'gcp' AND (${isToldInside}) LIMIT 1`,
  tells: ['told_elsewhere'],
  found: (window) => {
    const inSight = wider(window, 0);
    const told = (having: string): string =>
      invocations(
        inSight,
        `provider = 'gcp' AND function_name IN (
          SELECT function_name FROM invocation_parts WHERE ${slotsOf(inSight)} AND provider = 'gcp' AND (${isToldInside}))`,
        `instance != '' AND ${having}`,
        toldInside,
      );
    return `
    SELECT parts.*, 1 AS told_elsewhere
    FROM (
      SELECT *, ${afterNs('platform_at', 'duration_ns')} + INTERVAL ${clockMs} MILLISECOND AS last_at
      FROM (${told('is_inside = 0 AND isNotNull(duration_ns) AND isNotNull(platform_at) AND isNull(elsewhere)')})) AS parts
    ASOF JOIN (
      SELECT ${identity}, instance, assumeNotNull(told_at) AS inside_at
      FROM (${told('is_inside = 1 AND isNull(duration_ns) AND isNotNull(told_at)')})) AS inside
    ON ${functionIdentity.map((column) => `parts.${column} = inside.${column}`).join(' AND ')}
      AND parts.instance = inside.instance AND parts.last_at >= inside.inside_at
    WHERE inside.inside_at >= parts.platform_at - INTERVAL ${clockMs} MILLISECOND`;
  },
};
