/** What the doctor makes of a collector's figures. */
import assert from 'node:assert/strict';
import type { Found } from '#tui/doctor/check.js';
import {
  aside,
  buffer,
  clock,
  decoding,
  eventLoop,
  functions,
  inserts,
  oldest,
  platforms,
  refusals,
  sealing,
} from '#tui/doctor/collector-findings.js';
import { Scraped } from '#tui/doctor/scraped.js';

const scraped = (figures: Record<string, number>) =>
  new Scraped(
    Object.entries(figures)
      .map(([name, value]) => `${name.includes('{') ? name : `coldlens_${name}`} ${value}`)
      .join('\n'),
  );
const list = (found: Found) => (found === undefined ? [] : Array.isArray(found) ? found : [found]);
const mb = 1_048_576;
const now = 1_800_000_000;
const refused = (reason: string) => `coldlens_rejected_requests_total{reason="${reason}"}`;
const came = (path: string) => `coldlens_platform_records_total{path="${path}"}`;
const untold = (reason: string) => `coldlens_platform_unknown_records_total{path="/v1/cloudwatch",reason="${reason}"}`;
const late = (le: string) => `coldlens_event_loop_delay_seconds_bucket{le="${le}"}`;
const took = (le: string) => `coldlens_insert_duration_seconds_bucket{le="${le}"}`;

describe('the doctor on a collector', () => {
  const cases: readonly [string, Found, readonly [string, RegExp][]][] = [
    [
      'an empty buffer',
      buffer(scraped({ buffer_bytes: 0, buffer_limit_bytes: 2048 * mb })),
      [['ok', /^0 MB of 2048 MB \(0 %\)/]],
    ],
    ['half a buffer', buffer(scraped({ buffer_bytes: 1200 * mb, buffer_limit_bytes: 2048 * mb })), [['warn', /59 %/]]],
    [
      'a buffer nearly full',
      buffer(scraped({ buffer_bytes: 1900 * mb, buffer_limit_bytes: 2048 * mb })),
      [['fail', /^nearly full: .*93 %/]],
    ],
    ['an older collector', buffer(scraped({})), []],
    ['nothing that waits', oldest(scraped({ buffer_oldest_age_seconds: 0 })), [['ok', /nothing waits/]]],
    ['what waits for a minute', oldest(scraped({ buffer_oldest_age_seconds: 90 })), [['warn', /has waited for 90 s/]]],
    ['what waits for hours', oldest(scraped({ buffer_oldest_age_seconds: 7300 })), [['fail', /has waited for 2 h/]]],
    [
      'inserts that work',
      inserts(scraped({ inserted_batches_total: 1000, insert_retries_total: 2 })),
      [['ok', /1000|1,000|1\.0k/]],
    ],
    [
      'inserts that often fail',
      inserts(scraped({ inserted_batches_total: 10, insert_retries_total: 5 })),
      [['warn', /5 tries failed/]],
    ],
    [
      'inserts that fail now',
      inserts(scraped({ inserted_batches_total: 10, insert_retries_total: 1, insert_failing: 1 })),
      [['fail', /^ClickHouse takes nothing at the moment/]],
    ],
    [
      'inserts that are slow',
      inserts(
        scraped({
          inserted_batches_total: 10,
          insert_retries_total: 0,
          [took('5.0')]: 5,
          [took('10.0')]: 10,
          [took('+Inf')]: 10,
        }),
      ),
      [['warn', /one in ten takes longer than 5 s/]],
    ],
    ['nothing set aside', aside(scraped({ buffer_set_aside_batches: 0 })), [['ok', /nothing/]]],
    [
      'batches set aside and damaged files',
      aside(scraped({ buffer_set_aside_batches: 2, buffer_damaged_batches: 1 })),
      [
        ['fail', /refused 2 batches for good/],
        ['fail', /1 files of the buffer are damaged/],
      ],
    ],
    [
      'nothing refused',
      refusals(scraped({ received_requests_total: 7, [refused('malformed')]: 0 })),
      [['ok', /^no request was refused$/]],
    ],
    ['an older collector, of platforms', platforms(scraped({})), []],
    [
      "platforms' records of which all that were meant told something",
      platforms(scraped({ [came('/v1/cloudwatch')]: 70, [untold('not_of_the_platform')]: 30 })),
      [['ok', /^70 records of platforms came$/]],
    ],
    [
      "platforms' records that are lost for want of a name",
      platforms(scraped({ [came('/v1/cloudwatch')]: 70, [came('/v1/firehose')]: 30, [untold('no_function')]: 5 })),
      [['warn', /^5 of 100 records of platforms told nothing: no function$/]],
    ],
    [
      'refusals by reason, the most first',
      refusals(
        scraped({
          [refused('malformed')]: 2,
          [refused('no_token')]: 9,
          [refused('buffer_closing')]: 3,
          [refused('new_one')]: 1,
        }),
      ),
      [
        ['warn', /9 requests were refused: no_token/],
        ['warn', /2 .*malformed/],
        ['warn', /1 .*new_one/],
      ],
    ],
    [
      'bad ids and too many connections',
      refusals(scraped({ rejected_spans_total: 4, refused_connections_total: 6 })),
      [
        ['warn', /4 spans were refused for their ids/],
        ['warn', /6 connections/],
      ],
    ],
    ['an event loop that is free', eventLoop(scraped({ [late('0.05')]: 99, [late('+Inf')]: 100 })), [['ok', /50 ms/]]],
    [
      'an event loop that is late',
      eventLoop(scraped({ [late('0.05')]: 9, [late('1.0')]: 100, [late('+Inf')]: 100 })),
      [['warn', /1000 ms/]],
    ],
    ['some functions', functions(scraped({ functions: 3, functions_limit: 40_000 })), [['ok', /3 of at most/]]],
    [
      'too many functions',
      functions(scraped({ functions: 39_000, functions_limit: 40_000 })),
      [['warn', /have names/]],
    ],
    [
      'threads that live',
      decoding(scraped({ decode_threads: 2, decode_lost_threads_total: 0 })),
      [['ok', /2 threads/]],
    ],
    ['threads that died', decoding(scraped({ decode_lost_threads_total: 1 })), [['warn', /1 threads .* died/]]],
    ['a clock that agrees', clock(0.4), [['ok', /agrees/]]],
    ['a clock that is ahead', clock(40), [['warn', /40 s ahead of/]]],
    ['a clock of yesterday', clock(-86_400), [['fail', /24 h behind/]]],
  ];
  for (const [what, found, expected] of cases) {
    it(`says of ${what}: ${expected.map(([status]) => status).join(', ') || 'nothing'}`, () => {
      const findings = list(found);
      assert.deepEqual(
        findings.map(({ status }) => status),
        expected.map(([status]) => status),
      );
      for (const [index, { status, detail, next }] of findings.entries()) {
        assert.match(detail, expected[index]?.[1] ?? /$./);
        // What is not well comes with what to do.
        assert.equal(next !== '', status !== 'ok', detail);
      }
    });
  }

  for (const [what, lastAgo, upFor, failures, status] of [
    ['up to date', 20, 900, 0, 'ok'],
    ['not yet done after a start', now, 30, 0, 'ok'],
    ['behind', 1200, 9000, 40, 'fail'],
    ['never done', now, 9000, 40, 'fail'],
  ] as const) {
    it(`says of sealing that is ${what}: ${status}`, () => {
      const text = [
        `coldlens_sealing_last_success_timestamp_seconds ${now - lastAgo}`,
        `coldlens_sealing_failures_total ${failures}`,
        'coldlens_sealing_duration_seconds 0.4',
        `process_start_time_seconds ${now - upFor}`,
      ].join('\n');
      const [finding] = list(sealing(new Scraped(text), now));
      assert.equal(finding?.status, status, finding?.detail);
      assert.equal(finding?.next !== '', status !== 'ok');
    });
  }
});
