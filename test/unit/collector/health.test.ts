/** What health says, of figures that are made here. */
import assert from 'node:assert/strict';
import { Trouble } from '#collector/index.js';
import { healthOf } from '#collector/store/health.js';
import { delaysOf } from '#collector/watch/health.js';

const bounds = [0.01, 0.1, 1];

describe('delays of histograms', () => {
  it('are the upper bounds of their bars, of all routes together', () => {
    const of = (counts: number[]) => ({ bounds, counts, sum: 0 });
    assert.deepEqual(delaysOf([of([98, 1, 1, 0])]), { count: 100, p50Ms: 10, p99Ms: 100 });
    assert.deepEqual(delaysOf([of([1, 0, 0, 0]), of([0, 0, 2, 0])]), { count: 3, p50Ms: 1_000, p99Ms: 1_000 });
  });

  it('are not known where there are none, or above the last bound', () => {
    assert.deepEqual(delaysOf([]), { count: 0, p50Ms: null, p99Ms: null });
    assert.deepEqual(delaysOf([{ bounds, counts: [0, 0, 0, 0], sum: 0 }]), { count: 0, p50Ms: null, p99Ms: null });
    assert.deepEqual(delaysOf([{ bounds, counts: [1, 0, 0, 1], sum: 0 }]), { count: 2, p50Ms: 10, p99Ms: null });
  });
});

describe('the health of a store', () => {
  const about = { description: 'ClickHouse at nowhere:8123', version: '26.5' };

  it('tells why it does not answer, instead of failing', async () => {
    const { store, collector } = await healthOf(about, async () => {
      throw new Trouble('It cannot be reached.', 'Start it.');
    });
    assert.deepEqual(store, {
      ...about,
      ...{ answerMs: null, latestArrivalAt: null, tables: null, error: 'It cannot be reached.', next: 'Start it.' },
    });
    assert.equal(collector, null);
  });

  it('does not wait for one that hangs', async function () {
    this.timeout(8_000);
    const { store } = await healthOf(about, () => new Promise(() => setTimeout(() => {}, 6_000)));
    assert.match(`${store.error}`, /not answered within 5 s/);
  });

  it('hides no defect of ours', async () => {
    await assert.rejects(
      healthOf(about, async () => {
        throw new TypeError('x');
      }),
      TypeError,
    );
  });
});
