/** What a collector says about itself: health, readiness, metrics, its log, and its own traces and metrics. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { collectorForAllTests } from '../../support/collector.ts';
import { findProgram } from '../../support/program.ts';
import { type ParsedFamily, parseExposition } from '../../support/prometheus.ts';
import { request, send, span } from '../../support/spans.ts';
import { until } from '../../support/until.ts';

const openMetrics = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';

async function scrape(url: string, accept = '*/*'): Promise<Map<string, ParsedFamily>> {
  const response = await fetch(`${url}/metrics`, { headers: { accept } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return parseExposition(await response.text(), response.headers.get('content-type') ?? '');
}

/** The value of the one sample that has these labels. */
function figure(families: Map<string, ParsedFamily>, name: string, labels: Record<string, string> = {}): number {
  const found = [...families.values()]
    .flatMap(({ samples }) => samples)
    .filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}: ${found.length} samples`);
  return found[0]?.value ?? Number.NaN;
}

const spans = (count: number, name = 'watched') =>
  request(Array.from({ length: count }, () => span({ name, startMs: Date.now(), durationMs: 5 })));
const badId = () => span({ spanId: '0'.repeat(16), startMs: Date.now(), durationMs: 1 });

describe('watching a collector', () => {
  const running = collectorForAllTests();

  it('is alive and ready', async () => {
    for (const [path, expected] of [
      ['/healthz', { status: 'ok' }],
      ['/readyz', { ready: true, store: 'reachable' }],
    ] as const) {
      const response = await fetch(`${running.collector.url}${path}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.deepEqual(await response.json(), expected);
    }
  });

  it('counts what it receives, acknowledges and rejects, in both formats', async () => {
    const { url } = running.collector;
    const before = await scrape(url);
    assert.equal((await send(url, spans(7))).status, 200);
    assert.equal((await send(url, request([badId()]))).status, 200);
    assert.equal((await send(url, [])).status, 400);
    const wrongType = await fetch(`${url}/v1/traces`, { method: 'POST', body: 'x' });
    assert.equal(wrongType.status, 415);
    for (const path of ['/a', '/b', '/v1/metrics']) assert.equal((await fetch(`${url}${path}`)).status, 404);

    const after = await scrape(url);
    const grown = (name: string, labels?: Record<string, string>) =>
      figure(after, name, labels) - (before.size === 0 ? 0 : figure(before, name, labels));
    assert.equal(grown('coldlens_received_requests_total'), 4);
    assert.equal(grown('coldlens_received_spans_total'), 8);
    assert.equal(grown('coldlens_acknowledged_spans_total'), 7);
    assert.equal(grown('coldlens_rejected_spans_total', { reason: 'invalid_id' }), 1);
    assert.equal(grown('coldlens_rejected_requests_total', { reason: 'malformed' }), 1);
    assert.equal(grown('coldlens_rejected_requests_total', { reason: 'media_type' }), 1);
    assert.equal(grown('coldlens_rejected_requests_total', { reason: 'overload' }), 0);
    assert.equal(figure(after, 'coldlens_http_responses_total', { route: '/v1/traces', status: '200' }), 2);
    // What senders make up names no metric.
    assert.equal(figure(after, 'coldlens_http_responses_total', { route: 'other', status: '404' }), 3);
    assert.equal(figure(after, 'coldlens_request_duration_seconds_count', { route: '/v1/traces' }), 4);
    assert.ok(figure(after, 'coldlens_event_loop_delay_seconds_count') > 0);
    assert.ok(figure(after, 'process_resident_memory_bytes') > 1e7);
    assert.ok(Math.abs(figure(after, 'process_start_time_seconds') * 1000 - performance.timeOrigin) < 10);

    const open = await scrape(url, openMetrics);
    assert.deepEqual(
      [...open.keys()],
      [...after].map(([name, { type }]) => (type === 'counter' ? name.replace(/_total$/, '') : name)),
    );
  });

  it('tells what became of its inserts', async () => {
    const { url } = running.collector;
    await until('the rows are inserted', async () => figure(await scrape(url), 'coldlens_inserted_rows_total') >= 7);
    const families = await scrape(url);
    assert.ok(figure(families, 'coldlens_inserted_batches_total') > 0);
    assert.equal(
      figure(families, 'coldlens_insert_duration_seconds_count'),
      figure(families, 'coldlens_inserted_batches_total'),
    );
    assert.ok(figure(families, 'coldlens_buffer_commit_duration_seconds_count') > 0);
    assert.equal(figure(families, 'coldlens_insert_failing'), 0);
    assert.ok(figure(families, 'coldlens_buffer_limit_bytes') > 0);
    await until('it has sealed', async () => {
      const sealedAt = figure(await scrape(url), 'coldlens_sealing_last_success_timestamp_seconds');
      return Math.abs(sealedAt * 1000 - Date.now()) < 60_000;
    });
  });

  const promtool = findProgram('promtool');
  it(`passes promtool's check${promtool ? '' : ' (skipped: promtool is not installed)'}`, async function () {
    if (promtool === undefined) return this.skip();
    const text = await (await fetch(`${running.collector.url}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stdout + stderr, '');
  });
});
