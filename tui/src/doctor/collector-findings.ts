/** What the figures of a collector mean, and what to do about it. Counts are since it started. */
import { unknownReasons } from '@coldlens/collector';
import { formatCount } from '../format/numbers.ts';
import { type Finding, type Found, fail, ok, warn } from './check.ts';
import type { Scraped } from './scraped.ts';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;

/** `45 s`, `12 min`, `3 h`, `4 d` */
export const lasting = (seconds: number): string => {
  const [amount, unit] =
    seconds < 120
      ? [seconds, 's']
      : seconds < 7_200
        ? [seconds / 60, 'min']
        : seconds < 172_800
          ? [seconds / 3_600, 'h']
          : [seconds / 86_400, 'd'];
  return `${Math.round(amount)} ${unit}`;
};

const nearlyFull = 0.8;
const halfFull = 0.5;

export function buffer(scraped: Scraped): Found {
  const bytes = scraped.figure('coldlens_buffer_bytes');
  const limit = scraped.figure('coldlens_buffer_limit_bytes');
  if (bytes === undefined || limit === undefined) return undefined;
  const share = bytes / limit;
  const detail = `${megabytes(bytes)} of ${megabytes(limit)} (${Math.round(share * 100)} %) wait for ClickHouse`;
  const next =
    'see that ClickHouse runs, keeps up and has room; at the limit senders are told to come again, and give up';
  if (share >= nearlyFull) return fail(`nearly full: ${detail}`, next);
  return share >= halfFull ? warn(detail, next) : ok(detail);
}

/** Inserts come every second while all is well, and after a burst of half a minute within another. */
const oldAfterSeconds = 90;
const tooOldAfterSeconds = 600;

export function oldest(scraped: Scraped): Found {
  const age = scraped.figure('coldlens_buffer_oldest_age_seconds');
  if (age === undefined) return undefined;
  if (age < oldAfterSeconds) return ok(age === 0 ? 'nothing waits' : `the oldest request waits for ${lasting(age)}`);
  const detail = `the oldest request has waited for ${lasting(age)}, and rankings lack what came since`;
  const next = 'see what inserts say below; where they do not fail, ClickHouse is too slow for what comes in';
  return age < tooOldAfterSeconds ? warn(detail, next) : fail(detail, next);
}

/** Of all tries; a restart of ClickHouse now and then is less. */
const manyRetries = 0.05;
/** An insert of a full batch takes a tenth of that. */
const slowSeconds = 5;

export function inserts(scraped: Scraped): Found {
  const inserted = scraped.figure('coldlens_inserted_batches_total');
  const retries = scraped.figure('coldlens_insert_retries_total');
  if (inserted === undefined || retries === undefined) return undefined;
  const detail = `${formatCount(inserted)} batches inserted, ${formatCount(retries)} tries failed`;
  if (scraped.figure('coldlens_insert_failing') === 1) {
    const next = "read the collector's log for ClickHouse's own words; nothing is lost while the buffer has room";
    return fail(`ClickHouse takes nothing at the moment: ${detail}`, next);
  }
  if (retries > 0 && retries >= (inserted + retries) * manyRetries) {
    return warn(detail, "read the collector's log for why; each was tried again until it succeeded");
  }
  const slow = scraped.quantile('coldlens_insert_duration_seconds', 0.9);
  if (slow !== undefined && slow > slowSeconds) {
    return warn(
      `${detail}; one in ten takes longer than ${slowSeconds} s`,
      'give ClickHouse a faster disk or more cores',
    );
  }
  return ok(detail);
}

export function aside(scraped: Scraped): Found {
  const found: Finding[] = [];
  const refused = scraped.figure('coldlens_buffer_set_aside_batches') ?? 0;
  const damaged = scraped.figure('coldlens_buffer_damaged_batches') ?? 0;
  if (refused > 0) {
    const next =
      "read the collector's log for why, and keep the files in set-aside/ of its buffer for whoever mends it";
    found.push(fail(`ClickHouse refused ${formatCount(refused)} batches for good; they were set aside`, next));
  }
  if (damaged > 0) {
    const next = "check the disk of the collector's buffer; what could be read was inserted, the files are in damaged/";
    found.push(fail(`${formatCount(damaged)} files of the buffer are damaged`, next));
  }
  return found.length > 0 ? found : ok('nothing was set aside');
}

/** What a sender or whoever runs the collector can do about each reason. */
const remedies: Readonly<Record<string, string>> = {
  malformed:
    'look for a sender that is no OTLP/HTTP exporter, or sends JSON as protobuf, or a platform set up for another path: its own log has our sentence',
  no_token:
    'give the senders a token with the scope write: exporters by OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer TOKEN", platforms as their page under collector/sources says',
  not_allowed: 'give the senders a token with the scope write, and ask for the collector by a name that it answers to',
  method: 'look for something other than an exporter that asks for /v1/traces',
  too_large: 'let senders send smaller batches: OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  media_type: 'set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf or http/json at the senders',
  broken_off: 'look at what is between senders and here: they gave up, or sent their body too slowly',
  defect: "report what the collector's log says: that is a defect of coldlens",
  overload: 'give senders smaller batches, or run a second collector: more came at once than one can hold',
  buffer_full: 'see that ClickHouse keeps up, or give the buffer more room',
  buffer_busy: 'give the buffer a faster disk, or run a second collector',
  buffer_disk: "look at the space and the rights of the buffer's disk",
  buffer_closing: '',
};

export function refusals(scraped: Scraped): Found {
  // Those of a stop come again by themselves.
  const reasons = scraped
    .by('coldlens_rejected_requests_total', 'reason')
    .filter(([reason]) => reason !== 'buffer_closing');
  const spans = scraped.figure('coldlens_rejected_spans_total') ?? 0;
  const found = reasons.map(([reason, count]) =>
    warn(`${formatCount(count)} requests were refused: ${reason}`, remedies[reason] ?? "read the senders' logs"),
  );
  if (spans > 0) {
    const next = 'look for a sender that makes its ids by itself: 16 and 8 bytes in hex, not all 0';
    found.push(warn(`${formatCount(spans)} spans were refused for their ids`, next));
  }
  const turnedAway = scraped.figure('coldlens_refused_connections_total') ?? 0;
  if (turnedAway > 0) {
    const next =
      'raise --sockets-per-address if many senders share an address, such as behind a proxy or a NAT gateway';
    found.push(warn(`${formatCount(turnedAway)} connections were turned away: their address had too many`, next));
  }
  return found.length > 0 ? found : ok('no request was refused');
}

/** What is no mistake: functions write lines of their own, and transports look after themselves. */
const usualReasons: ReadonlySet<string> = new Set(['not of the platform', 'no invocation', 'control message']);

/** Of platforms' own telemetry. */
export function platforms(scraped: Scraped): Found {
  const records = scraped.figure('coldlens_platform_records_total');
  if (records === undefined) return undefined;
  const byReason = new Map<string, number>();
  for (const [label, count] of scraped.by('coldlens_platform_unknown_records_total', 'reason')) {
    const reason = label.replaceAll('_', ' ');
    if (!usualReasons.has(reason)) byReason.set(reason, (byReason.get(reason) ?? 0) + count);
  }
  if (byReason.size === 0) return ok(`${formatCount(records)} records of platforms came`);
  const meanings: Readonly<Record<string, string>> = unknownReasons;
  return [...byReason].map(([reason, count]) =>
    warn(
      `${formatCount(count)} of ${formatCount(records)} records of platforms told nothing: ${reason}`,
      `${meanings[reason] ?? 'a newer collector knows more'}; coldlens health has them by endpoint`,
    ),
  );
}

/** A pass comes at least once a minute, but for the first and for long ones. */
const behindSeconds = 600;

export function sealing(scraped: Scraped, nowSeconds: number): Found {
  const last = scraped.figure('coldlens_sealing_last_success_timestamp_seconds');
  const started = scraped.figure('process_start_time_seconds');
  if (last === undefined || started === undefined) return undefined;
  const failures = scraped.figure('coldlens_sealing_failures_total') ?? 0;
  const behind = nowSeconds - Math.max(last, started);
  const took = lasting(scraped.figure('coldlens_sealing_duration_seconds') ?? 0);
  if (behind < behindSeconds)
    return ok(`${last === 0 ? 'not yet done' : `done ${lasting(behind)} ago`}; a pass takes ${took}`);
  return fail(
    `behind: ${last === 0 ? 'no pass has succeeded' : `the last pass ended ${lasting(behind)} ago`}, ${formatCount(failures)} failed`,
    "long windows lack what came since: see that ClickHouse answers, and read the collector's log",
  );
}

/** Of those that may have names of their own. */
const manyFunctions = 0.9;

export function functions(scraped: Scraped): Found {
  const count = scraped.figure('coldlens_functions');
  const limit = scraped.figure('coldlens_functions_limit');
  if (count === undefined || limit === undefined) return undefined;
  const detail = `${formatCount(count)} of at most ${formatCount(limit)} functions have names of their own`;
  if (count < limit * manyFunctions) return ok(detail);
  return warn(detail, 'look for a sender that makes up names, or raise --max-functions');
}

export function decoding(scraped: Scraped): Found {
  const lost = scraped.figure('coldlens_decode_lost_threads_total');
  if (lost === undefined) return undefined;
  if (lost === 0) return ok(`${formatCount(scraped.figure('coldlens_decode_threads') ?? 0)} threads decode`);
  const next = "report what the collector's log says of it: that is a defect of coldlens, or too little memory";
  return warn(`${formatCount(lost)} threads that decode have died; what they had came again`, next);
}

const lateSeconds = 0.25;

export function eventLoop(scraped: Scraped): Found {
  const late = scraped.quantile('coldlens_event_loop_delay_seconds', 0.99);
  if (late === undefined) return undefined;
  const detail = `99 of 100 looks at the event loop were no more than ${Number.isFinite(late) ? `${Math.round(late * 1000)} ms` : 'some seconds'} late`;
  return late <= lateSeconds ? ok(detail) : warn(detail, 'give the collector a core of its own, or run a second one');
}

/** A window's end is the collector's now; and a token's certificate is checked against a clock too. */
const offBySeconds = 5;
const farOffBySeconds = 300;

/** @param off the collector's clock less ours, seconds */
export function clock(off: number): Found {
  const detail = `the collector's clock is ${lasting(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} this machine's`;
  if (Math.abs(off) <= offBySeconds) return ok('it agrees with this machine');
  const next = 'set both by NTP: what is younger than the clock of the collector is not in its windows';
  return Math.abs(off) <= farOffBySeconds ? warn(detail, next) : fail(detail, next);
}
