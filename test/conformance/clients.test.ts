/** Real OpenTelemetry exporters against every status that a collector answers with, and against what networks do. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Collector, startCollector } from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import { ask } from '../support/collector.ts';
import { until } from '../support/until.ts';
import { type Between, fates, startBetween } from './clients/between.ts';
import { Client, clientKinds, type Export } from './clients/client.ts';
import { conformanceStage } from './stage.ts';

const writeToken = 'write-0123456789abcdef';
const readToken = 'read-0123456789abcdef';

for (const kind of clientKinds) {
  const { missing } = kind;
  describe(`${kind.name}${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
    if (missing !== undefined) {
      it('is not there', function () {
        this.skip();
      });
      return;
    }
    const stage = conformanceStage();
    let client: Client;
    let between: Between;
    /** Wants tokens. */
    let guarded: Collector;
    /** Takes nothing, as its buffer is full. */
    let full: Collector;
    let count = 0;

    before(async () => {
      const { store, data } = stage.running;
      guarded = await startCollector({
        ...{ port: 0, store, bufferDirectory: join(data, 'guarded') },
        access: accessOf({ text: `write ${writeToken};read ${readToken}` }),
      });
      full = await startCollector({ port: 0, store, bufferDirectory: join(data, 'full'), bufferBytes: 0 });
      between = await startBetween();
      client = new Client(kind);
    });
    after(async () => {
      await client?.stop();
      between?.close();
      await guarded?.close();
      await full?.close();
    });

    const named = (): string => {
      count += 1;
      return `client ${count}`;
    };
    const send = (asked: Omit<Export, 'url'> & { url?: string }) => client.export({ url: between.url, ...asked });
    /** Rows of that name, without FINAL: what was stored twice counts twice. */
    const rows = async (name: string): Promise<number> => {
      for (const collector of [stage.running.collector, guarded]) assert.ok(await collector.drained(10_000));
      const found = await ask<{ n: number }>(
        stage.running.store.engine.url,
        `SELECT toUInt32(count()) AS n FROM spans WHERE name = '${name}'`,
      );
      return found[0]?.n ?? 0;
    };

    for (const compression of ['none', 'gzip'] as const) {
      it(`200, compression ${compression}: stored as it was sent`, async () => {
        const name = named();
        between.plays(fates.passes(stage.url));
        const { ok, error } = await send({ name, spans: 20, compression });
        assert.deepEqual([ok, error], [true, '']);
        assert.equal(between.requests(), 1);
        assert.deepEqual(between.latest(), {
          'content-type': kind.contentType,
          'content-encoding': compression === 'gzip' ? 'gzip' : undefined,
        });
        const stored = await stage.holds(name, 20);
        assert.deepEqual([...new Set(stored.map(({ kind: spanKind }) => spanKind))], [2]);
        assert.deepEqual(JSON.parse(stored[0]?.attributes ?? ''), { numbers: [1, 2.5, -3], text: 'ünïcode' });
      });
    }

    it('partial success: the good ones are stored, and nothing comes again', async () => {
      const name = named();
      between.plays(fates.passes(stage.url));
      const { ok } = await send({ name, spans: 5, bad: 1 });
      assert.ok(ok);
      assert.equal(between.requests(), 1);
      assert.equal(await rows(name), 4);
    });

    it('400: given up at once, nothing stored', async () => {
      const name = named();
      between.plays(fates.isCutShort(stage.url), fates.passes(stage.url));
      const { ok, error } = await send({ name });
      assert.ok(!ok);
      assert.match(error, /400|Bad Request/);
      assert.equal(between.requests(), 1);
      assert.equal(await rows(name), 0);
    });

    for (const [what, status, headers] of [
      ['no token', 401, {}],
      ['a token that may only read', 403, { Authorization: `Bearer ${readToken}` }],
    ] as const) {
      it(`${status} for ${what}: given up at once, nothing stored`, async () => {
        const name = named();
        between.plays(fates.passes(guarded.url));
        const { ok, error } = await send({ name, headers });
        assert.ok(!ok);
        assert.match(error, new RegExp(`${status}|${status === 401 ? 'Unauthorized' : 'Forbidden'}`));
        assert.equal(between.requests(), 1);
        assert.equal(await rows(name), 0);
      });
    }

    it('200 with a token in its headers', async () => {
      const name = named();
      const { ok } = await send({ name, url: guarded.url, headers: { Authorization: `Bearer ${writeToken}` } });
      assert.ok(ok);
      assert.equal(await rows(name), 1);
    });

    it('413: given up at once, nothing stored', async () => {
      const name = named();
      const before = stage.running.collector.stats().requests;
      const { ok, error } = await send({ name, url: stage.url, padding: 65 * 1024 * 1024, compression: 'gzip' });
      assert.ok(!ok);
      assert.match(error, /413|Payload Too Large|Entity Too Large/);
      assert.equal(stage.running.collector.stats().requests - before, 1);
      assert.equal(await rows(name), 0);
    });

    it('503 with Retry-After: comes again when it was told to, stored once', async () => {
      const name = named();
      between.plays(fates.passes(full.url), fates.passes(stage.url));
      const began = performance.now();
      const { ok, error } = await send({ name, spans: 3 });
      assert.ok(ok, error);
      assert.equal(between.requests(), 2);
      assert.ok(performance.now() - began > 500, 'it waited');
      assert.equal(await rows(name), 3);
    });

    it('a connection that is cut before the collector sees anything: comes again, stored once', async () => {
      const name = named();
      between.plays(fates.isLost(), fates.passes(stage.url));
      const { ok, error } = await send({ name, spans: 3 });
      assert.ok(ok, error);
      assert.equal(await rows(name), 3);
    });

    it('a connection that is cut after the collector has answered: comes again, stored once', async () => {
      const name = named();
      const before = stage.running.collector.bufferStats().deduplicatedRequests;
      between.plays(fates.answerIsLost(stage.url), fates.passes(stage.url));
      const { ok, error } = await send({ name, spans: 3 });
      assert.ok(ok, error);
      assert.equal(await rows(name), 3);
      assert.equal(stage.running.collector.bufferStats().deduplicatedRequests - before, 1);
    });

    it('a slow answer: waited for, stored once', async () => {
      const name = named();
      between.plays(fates.isSlow(stage.url, 1_500));
      const { ok, error } = await send({ name, spans: 3 });
      assert.ok(ok, error);
      assert.equal(between.requests(), 1);
      assert.equal(await rows(name), 3);
    });

    it('an answer slower than its patience: it gives up, and what it sent is stored once all the same', async () => {
      const name = named();
      between.plays(fates.isSlow(stage.url, 3_000));
      const { ok } = await send({ name, spans: 3, timeoutMs: 1_000 });
      assert.ok(!ok);
      // What stands between may still be at it.
      await until('the spans have come', async () => (await rows(name)) > 0);
      assert.equal(await rows(name), 3);
    });

    it('was never answered with 429, at which some exporters drop', async () => {
      for (const collector of [stage.running.collector, guarded, full]) {
        const headers = { Authorization: `Bearer ${readToken}` };
        const metrics = await (await fetch(`${collector.url}/metrics`, { headers })).text();
        const answered = [...metrics.matchAll(/_http_responses_total\{route="\/v1\/traces",status="(\d+)"\}/g)];
        const statuses = new Set(answered.map(([, status]) => Number(status)));
        assert.ok(statuses.size > 0);
        for (const status of statuses) assert.ok([200, 400, 401, 403, 413, 503].includes(status), String(status));
      }
    });
  });
}
