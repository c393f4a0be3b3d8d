import assert from 'node:assert/strict';
import { exposition, formatFor, openMetricsFormat, textFormat } from '#collector/watch/exposition.js';
import { Histogram } from '#collector/watch/histogram.js';
import { parseExposition } from '../../../support/prometheus.ts';

const hostile = 'a"b\\c\nd';
const histogram = new Histogram('route', [0.1, 1, 10]);
for (const value of [0.05, 0.1, 0.2, 5, 100]) histogram.observe(value, '/v1/traces');
histogram.observe(1, hostile);

const families = [
  { type: 'counter', name: 'things', help: 'Things.', samples: [{ value: 1e21 }] },
  {
    type: 'gauge',
    name: 'size_bytes',
    help: 'A \\ and\na break.',
    samples: [
      { labels: { a: hostile, b: '' }, value: -0.5 },
      { labels: { a: 'x' }, value: Infinity },
    ],
  },
  { type: 'histogram', name: 'duration_seconds', help: 'Time.', samples: histogram.samples() },
  { type: 'gauge', name: 'none', help: 'Nothing to tell.', samples: [] },
] as const;

describe('the exposition of metrics', () => {
  for (const format of [textFormat, openMetricsFormat]) {
    it(`is read back as it was told: ${format}`, () => {
      const read = parseExposition(exposition(families, format), format);
      const isOpen = format === openMetricsFormat;
      assert.deepEqual(
        [...read.keys()],
        [isOpen ? 'things' : 'things_total', 'size_bytes', 'duration_seconds', 'none'],
      );
      assert.equal([...read.values()][0]?.samples[0]?.value, 1e21);
      assert.deepEqual(
        read.get('size_bytes')?.samples.map(({ labels, value }) => [labels, value]),
        [
          [{ a: hostile, b: '' }, -0.5],
          [{ a: 'x' }, Infinity],
        ],
      );
      const buckets = read.get('duration_seconds')?.samples.filter(({ labels }) => labels.route === '/v1/traces');
      assert.deepEqual(
        buckets?.map(({ value }) => value),
        [2, 3, 4, 5, 105.35, 5],
      );
    });
  }

  for (const [accept, format] of [
    [undefined, textFormat],
    ['*/*', textFormat],
    ['text/plain;version=0.0.4;q=0.5', textFormat],
    ['application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', openMetricsFormat],
  ] as const) {
    it(`answers Accept: ${accept} with ${format}`, () => assert.equal(formatFor(accept), format));
  }
});
