import assert from 'node:assert/strict';
import { createLog } from '#collector/watch/log.js';
import { type Finished, Watch } from '#collector/watch/watch.js';

describe('what a collector is watched by', () => {
  const lines: string[] = [];
  const log = createLog({ format: 'json', level: 'debug', to: (line) => lines.push(line) });
  const told: string[] = [];
  const watch = new Watch(log, { event: ({ name }) => told.push(name) });
  const logged = () => lines.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>);
  after(() => watch.close());

  it('counts answers by path and status, and paths that senders make up as one', () => {
    watch.server.answered({ method: 'POST', route: '/v1/traces', status: 200, ms: 2 });
    watch.server.answered({ method: 'POST', route: '/v1/traces', status: 200, ms: 700 });
    for (let at = 0; at < 100; at += 1) watch.server.answered({ method: 'GET', status: 404, ms: 0.1 });
    assert.deepEqual(watch.answers(), [
      { route: '/v1/traces', status: 200, count: 2 },
      { route: 'other', status: 404, count: 100 },
    ]);
    const [traces] = watch.requests.samples();
    assert.deepEqual(traces?.labels, { route: '/v1/traces' });
    assert.equal(
      traces?.counts.reduce((sum, count) => sum + count, 0),
      2,
    );
    assert.ok(Math.abs((traces?.sum ?? 0) - 0.702) < 1e-9);
    assert.deepEqual(logged(), [], 'a refusal is no line in the log');
  });

  it('tells a defect with where it came from, and not each time', () => {
    for (let at = 0; at < 50; at += 1) watch.server.failed(new Error('a defect'), '/v1/traces');
    const [line, ...more] = logged();
    assert.deepEqual([line?.level, line?.route, more.length], ['error', '/v1/traces', 0]);
    assert.match(String(line?.reason), /Error: a defect\n +at .*watch\.test\.ts/);
  });

  it('tells of a thread that died', () => {
    watch.lostThread('out of memory');
    assert.deepEqual(
      logged().map(({ level, reason }) => [level, reason]),
      [['error', 'out of memory']],
    );
  });

  it('passes on what the buffer tells, and logs it by how grave it is', () => {
    watch.buffer.event({ name: 'insert-failing', message: 'ClickHouse does not answer (ECONNREFUSED).' });
    watch.buffer.event({ name: 'inserting-again', message: 'Inserting works again.' });
    watch.buffer.event({ name: 'refused', message: 'Rows were set aside.' });
    assert.deepEqual(told, ['insert-failing', 'inserting-again', 'refused']);
    assert.deepEqual(
      logged().map(({ level, event }) => [level, event]),
      [
        ['warn', 'insert-failing'],
        ['info', 'inserting-again'],
        ['error', 'refused'],
      ],
    );
  });

  it('takes events of one kind for alike, whatever they say', () => {
    for (let at = 0; at < 20; at += 1) watch.buffer.event({ name: 'full', message: `The buffer holds ${at} bytes.` });
    assert.deepEqual(
      logged().map(({ msg }) => msg),
      ['The buffer holds 0 bytes.'],
    );
  });

  it('remembers what became of sealing', async () => {
    assert.deepEqual(watch.sealing, { lastSuccessMs: null, lastDurationMs: 0, failures: 0, isFailing: false });
    const away = () => Promise.reject(new Error('http://user:hunter2@db:8123 is away'));
    await assert.rejects(watch.sealed(away), /is away/);
    assert.deepEqual([watch.sealing.failures, watch.sealing.isFailing], [1, true]);
    const [line] = logged();
    assert.equal(line?.level, 'warn');
    assert.doesNotMatch(JSON.stringify(line), /hunter2/);
    assert.equal(await watch.sealed(async () => 7), 7);
    const { lastSuccessMs, isFailing } = watch.sealing;
    assert.ok(!isFailing && Math.abs((lastSuccessMs ?? 0) - Date.now()) < 1000);
  });

  it('tells whoever traces of each thing that has ended, until they have enough', () => {
    const finished: Finished[] = [];
    const enough = watch.onFinished((one) => finished.push(one));
    watch.server.answered({ method: 'GET', route: '/api/v1/ranking', status: 503, ms: 3 });
    watch.buffer.committed(4, 2, 1000);
    watch.buffer.inserted(50, 800);
    enough();
    watch.buffer.inserted(50, 800);
    assert.deepEqual(
      finished.map(({ step, name, ms, failed }) => [step, name, ms, failed]),
      [
        ['request', 'GET /api/v1/ranking', 3, true],
        ['commit', 'buffer commit', 4, false],
        ['insert', 'insert', 50, false],
      ],
    );
  });
});
