import assert from 'node:assert/strict';
import { ownEndpoint, wantedSignals } from '#collector/watch/telemetry-settings.js';

describe('what OTEL_* asks of the collector', () => {
  for (const [what, environment, expected] of [
    ['nothing', {}, []],
    ['an endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x:4318' }, ['TRACES', 'METRICS']],
    ["one signal's endpoint", { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://x:4318' }, ['METRICS']],
    ['an exporter', { OTEL_TRACES_EXPORTER: 'console' }, ['TRACES']],
    ['an empty exporter', { OTEL_TRACES_EXPORTER: ' ' }, []],
    [
      'an endpoint, but no metrics',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_METRICS_EXPORTER: 'none' },
      ['TRACES'],
    ],
    ['all of it disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'TRUE' }, []],
    ['what is for functions only', { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'a=b' }, []],
  ] as const) {
    it(`${what} -> ${expected.join(' and ') || 'none'}`, () => assert.deepEqual(wantedSignals(environment), expected));
  }

  const port = 4318;
  for (const [environment, expected] of [
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/some/path' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://[::1]:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://0.0.0.0:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4319' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://192.0.2.1:4318' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://no-such-host.invalid:4318' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'no address' }, false],
    // The SDK's own default.
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, false],
    [{ OTEL_TRACES_EXPORTER: 'console' }, false],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://192.0.2.1:4318',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://localhost:4318/v1/metrics',
      },
      true,
    ],
  ] as const) {
    it(`${JSON.stringify(environment)} is ${expected ? '' : 'not '}the collector on port 4318 itself`, async () =>
      assert.equal((await ownEndpoint(environment, port)) !== undefined, expected));
  }
});
