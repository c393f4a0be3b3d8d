/** How an invocation is recognised as the one that waited: a rule for each way in which starts are told. */
import { functionIdentity } from '../schema/005-sealed-periods.ts';
import { slotsOf } from '../slots.ts';
import { cloudRunEcho, cloudRunLog } from './google.ts';
import {
  afterNs,
  aheadS,
  anyStart,
  clockMs,
  invocations,
  isOpen,
  marginS,
  nsBetween,
  type PairingRule,
  type PairingWindow,
  startedWithin,
  startsOf,
} from './shared.ts';

/**
 * Whoever comes so long after an instance was ready did not wait for it: Lambda initialises some ahead of time without saying so.
 * In use elsewhere as well: https://github.com/DataDog/datadog-lambda-js (proactive initialization).
 */
const handOverMs = 10_000;

/** Azure's host tells of inits too, of apps that may have a function's name. */
const ofLayer = "moment = 'init' AND provider != 'azure'";

/** The OpenTelemetry collector's layer for Lambda: a span an init, and the caller's own span says that it was cold. */
const openTelemetryLayer: PairingRule = {
  when: anyStart(ofLayer),
  tells: ['otel_init_ns'],
  found: (window) => `
    SELECT parts.*, starts.init_ns AS otel_init_ns
    FROM (${invocations(
      window,
      `function_name IN (SELECT function_name FROM instance_starts WHERE ${startedWithin(window)} AND ${ofLayer})`,
      "otel_kind = 'cold' AND isNull(seen_init_ns) AND isNull(reported_ns)",
    )}) AS parts
    ASOF JOIN (${startsOf(window, ofLayer)}) AS starts
      ON parts.function_name = starts.function_name AND parts.at + INTERVAL ${clockMs} MILLISECOND >= starts.started_at
    WHERE starts.instance_id IN ('', instance)
      AND ${nsBetween(afterNs('starts.started_at', 'starts.init_ns'), 'parts.at')} BETWEEN -${clockMs} * 1000000 AND ${handOverMs} * 1000000`,
};

/**
 * The same layer in front of senders that never say whether a start was cold (Python, Java, Go, Ruby). The first call that an
 * instance served, right after an init, is taken for the cold one; where instances are not named, the first after the init. A
 * call that turns out not to have been its instance's first was warm.
 */
const openTelemetryUnsaid: PairingRule = {
  when: anyStart(ofLayer),
  tells: ['platform_start_kind', 'platform_is_certain', 'otel_init_ns'],
  found: (window) => `
    SELECT *,
      if(is_later, 'warm', 'cold') AS platform_start_kind, 0 AS platform_is_certain,
      if(is_later, NULL, start_init_ns) AS otel_init_ns
    FROM (
      SELECT parts.*, instance != '' AND nth > 1 AS is_later, starts.init_ns AS start_init_ns,
        starts.instance_id IN ('', instance)
          AND ${nsBetween(afterNs('starts.started_at', 'starts.init_ns'), 'parts.at')} BETWEEN -${clockMs} * 1000000 AND ${handOverMs} * 1000000 AS is_right_after,
        instance != '' OR row_number() OVER (
          PARTITION BY parts.function_name, starts.started_at ORDER BY parts.at, invocation_key) = 1 AS is_first
      FROM (
        SELECT *, row_number() OVER (PARTITION BY function_name, instance ORDER BY at, invocation_key) AS nth
        FROM (${invocations(
          { ...window, since: window.since - marginS },
          `function_name IN (SELECT function_name FROM instance_starts WHERE ${startedWithin(window)} AND ${ofLayer})`,
          "isNull(otel_kind) AND isNull(reported_ns) AND isNull(max(start_kind)) AND isNotNull(max(otel_execution_ns)) AND (isNull(kind) OR (kind = 'cold' AND is_certain = 0))",
        )})) AS parts
      ASOF JOIN (${startsOf(window, ofLayer)}) AS starts
        ON parts.function_name = starts.function_name AND parts.at + INTERVAL ${clockMs} MILLISECOND >= starts.started_at)
    WHERE at >= toDateTime64(${window.since}, 9, 'UTC')
      AND if(isNull(kind), is_right_after AND is_first AND NOT is_later, is_later)`,
};

/**
 * Lambda's log: REPORT tells the init's length, INIT_START when that began, in the stream of the instance. Several may begin
 * in one stream, for an instance that failed begins anew.
 */
const lambdaLog: PairingRule = {
  when: anyStart("provider = 'aws' AND moment = 'begun'", aheadS),
  tells: ['platform_start_kind', 'platform_is_certain'],
  found: (window) => `
    SELECT parts.*,
      ${nsBetween(afterNs('starts.started_at', 'ifNull(reported_ns, 0)'), 'platform_at')} > ${handOverMs} * 1000000 AS is_late,
      if(starts.is_ahead = 1 OR is_late, 'prewarmed', 'cold') AS platform_start_kind,
      if(starts.is_ahead = 1 OR NOT is_late, 1, 0) AS platform_is_certain
    FROM (${invocations(
      window,
      `provider = 'aws' AND function_name IN (SELECT function_name FROM instance_starts WHERE ${startedWithin(window, aheadS)} AND provider = 'aws')`,
      // Of an init that ran again inside the call nobody need be asked: whoever called waited for it.
      "kind = 'cold' AND is_certain = 0 AND runs_inside = 0 AND instance != '' AND isNotNull(platform_at)",
    )}) AS parts
    ASOF JOIN (${startsOf(window, "provider = 'aws' AND moment = 'begun'", aheadS)}) AS starts
      ON ${functionIdentity.map((column) => `parts.${column} = starts.${column}`).join(' AND ')}
        AND parts.instance = starts.instance_id AND parts.platform_at >= starts.started_at`,
};

/** How far back a process is looked for: a host that serves anybody is seen again within that time. */
const processS = 24 * 3_600;
/** Some are kept running for days before anybody calls. */
const readyS = 7 * 24 * 3_600;
/** Diagnostic logs of Azure tell whole seconds, cut off, and the start of a call is made of its end. */
const azureClockMs = 2_000;
const ofProcess = 'PARTITION BY provider, account, region, process';

/** What a process of Azure's host has told of its start: when it was ready, and of the caller that waited. */
const azureStarts = (window: PairingWindow): string => `
  SELECT account, instance_id, countIf(moment = 'ready') AS readies, maxIf(started_at, moment = 'ready') AS ready_at,
    maxIf(init_ns, moment = 'ready') AS ready_ns, countIf(moment = 'init') AS waits, maxIf(init_ns, moment = 'init') AS wait_ns,
    maxIf(${afterNs('started_at', 'init_ns')}, moment = 'init') AS dispatched_at
  FROM (${startsOf(window, "provider = 'azure' AND instance_id != ''")})
  GROUP BY account, instance_id`;

/**
 * Azure: requests name the process that served them. The first request of a process is taken for the cold one, whatever function
 * of the app it called; long after the host was ready it is prewarmed. Where the host has said that an HTTP caller waited, and
 * only one request fits, that is certain.
 */
const azureProcess: PairingRule = {
  when: (window) => `
    SELECT 1 FROM invocation_parts WHERE ${slotsOf(window)} AND provider = 'azure' AND isNotNull(platform_process) LIMIT 1`,
  tells: ['platform_start_kind', 'platform_is_certain', 'platform_reported_init_ns'],
  found: (window) => {
    const back = { ...window, since: window.since - processS };
    return `
    SELECT *,
      is_first AND is_near AND near = 1 AS is_told,
      multiIf(NOT is_first, 'warm', NOT is_told AND is_late, 'prewarmed', 'cold') AS platform_start_kind,
      toUInt8(is_told) AS platform_is_certain,
      multiIf(platform_start_kind != 'cold', NULL, is_told, wait_ns, readies > 0, ready_ns, NULL) AS platform_reported_init_ns
    FROM (
      SELECT *, row_number() OVER (${ofProcess} ORDER BY at, invocation_key) = 1 AS is_first,
        sum(is_near) OVER (${ofProcess}) AS near
      FROM (
        SELECT parts.*, readies, ready_ns, wait_ns,
          waits = 1 AND abs(${nsBetween('dispatched_at', 'at')}) <= ${azureClockMs} * 1000000 AS is_near,
          readies > 0 AND ${nsBetween('ready_at', 'at')} > ${handOverMs} * 1000000 AS is_late
        FROM (${invocations(
          back,
          // By its key, for not every part of it names the process: not the one that was found here before.
          `provider = 'azure' AND invocation_key IN (
            SELECT invocation_key FROM invocation_parts WHERE ${slotsOf(back)} AND provider = 'azure' AND platform_process IN (
              SELECT platform_process FROM invocation_parts WHERE ${slotsOf(window)} AND provider = 'azure' AND ${window.where}))`,
          "process != ''",
        )}) AS parts
        LEFT JOIN (${azureStarts({ ...window, since: window.since - readyS })}) AS starts
          ON parts.account = starts.account AND parts.process = starts.instance_id))
    WHERE (${isOpen}) AND (ifNull(kind, '') < platform_start_kind OR (kind = 'cold' AND platform_start_kind = 'cold' AND (
      platform_is_certain > ifNull(is_certain, 1) OR (isNull(reported_ns) AND isNotNull(platform_reported_init_ns)))))`;
  },
};

export const pairingRules: readonly PairingRule[] = [
  openTelemetryLayer,
  openTelemetryUnsaid,
  lambdaLog,
  cloudRunLog,
  cloudRunEcho,
  azureProcess,
];
