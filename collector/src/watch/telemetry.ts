/**
 * The collector's own traces and metrics, through OpenTelemetry's SDK, when the `OTEL_*` variables ask for them. The SDK is
 * 30 MB on the disk and a quarter of a second to load, so it is neither installed nor loaded for anybody else.
 *
 * Spans are made after the fact, of what {@link Watch} is told. They stand alone: a commit to the disk is of several
 * requests, and an insert of several commits.
 */
import type { Log } from './log.ts';
import { families, type Measured } from './metrics.ts';
import { type Environment, ownEndpoint, wantedSignals } from './telemetry-settings.ts';
import type { Finished } from './watch.ts';

export interface TelemetryOptions {
  environment: Environment;
  /** The collector's own, which nothing may be sent to. */
  port: number;
  measured: Measured;
  log: Log;
}

/** Longest wait for a destination at the end. */
const closeTimeoutMs = 2000;

/** Names of the histograms, by what they time. */
const durations: Readonly<Record<Finished['step'], string>> = {
  request: 'coldlens.request.duration',
  commit: 'coldlens.buffer.commit.duration',
  insert: 'coldlens.insert.duration',
  seal: 'coldlens.seal.duration',
};

const nothing = async (): Promise<void> => {};

/**
 * @returns what sends the rest and ends it, within two seconds. Where it cannot be had, the log says why, and the collector
 * goes on without: what it is there for does not depend on it.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<() => Promise<void>> {
  try {
    return await start(options);
  } catch (error) {
    // Such as a variable that the SDK does not understand.
    options.log.write('warn', 'Our own telemetry could not be started.', { reason: String(error) });
    return nothing;
  }
}

async function start({ environment, port, measured, log }: TelemetryOptions): Promise<() => Promise<void>> {
  const wanted = wantedSignals(environment);
  if (wanted.length === 0) return nothing;
  const own = await ownEndpoint(environment, port);
  if (own !== undefined) {
    const next = 'Name another endpoint for this process, or set OTEL_SDK_DISABLED=true.';
    log.write('warn', 'OTEL_* sends our own telemetry to this very collector, so none is sent.', {
      endpoint: own,
      next,
    });
    return nothing;
  }
  const modules = await loadSdk();
  if (modules === 'missing') {
    const next = 'npm install @opentelemetry/sdk-node @opentelemetry/api';
    log.write('warn', 'OTEL_* asks for our own telemetry, but OpenTelemetry is not installed.', { next });
    return nothing;
  }
  const { NodeSDK, api } = modules;
  const { diag, DiagLogLevel, metrics, SpanKind, SpanStatusCode, trace } = api;
  // The SDK would tell the command line as well, and with it a password in an address. It reads the process's own variables.
  process.env.OTEL_NODE_RESOURCE_DETECTORS ??= 'host,os,serviceinstance,env';
  const isNamed = /(^|,)\s*service\.name\s*=/.test(environment.OTEL_RESOURCE_ATTRIBUTES ?? '');
  const sdk = new NodeSDK({
    instrumentations: [],
    // We have no logs for it; what is not asked for is not set up either.
    logRecordProcessors: [],
    ...(!wanted.includes('TRACES') && { spanProcessors: [] }),
    ...(!wanted.includes('METRICS') && { metricReaders: [] }),
    ...(!environment.OTEL_SERVICE_NAME && !isNamed && { serviceName: 'coldlens-collector' }),
  });
  // Otherwise it would fail in silence; with OTEL_LOG_LEVEL it has set a logger of its own.
  if (!environment.OTEL_LOG_LEVEL) {
    const tell = (reason: string) => log.write('warn', 'Our own telemetry could not be sent.', { reason });
    const ignore = () => {};
    diag.setLogger({ error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  }
  sdk.start();

  const tracer = trace.getTracer('coldlens', measured.version);
  const meter = metrics.getMeter('coldlens', measured.version);
  const kinds = { request: SpanKind.SERVER, commit: SpanKind.INTERNAL, insert: SpanKind.CLIENT, seal: SpanKind.CLIENT };
  const histograms = new Map(
    Object.entries(durations).map(([step, name]) => [step, meter.createHistogram(name, { unit: 's' })]),
  );
  const forget = measured.watch.onFinished(({ step, name, ms, failed, attributes }) => {
    const endMs = Date.now();
    const span = tracer.startSpan(name, { kind: kinds[step], startTime: endMs - ms, attributes, root: true });
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endMs);
    // Sizes belong to spans: as a metric's attributes each would be a series of its own.
    histograms.get(step)?.record(ms / 1000, step === 'request' ? attributes : {});
  });
  observeFamilies(meter, measured);
  log.write('info', 'Sending our own telemetry.', { signals: wanted.join(' and ').toLowerCase() });
  return async () => {
    forget();
    const tooLong = new Promise<void>((resolve) => setTimeout(resolve, closeTimeoutMs).unref());
    const ended = sdk.shutdown().catch((error: unknown) => {
      log.write('warn', 'Our own telemetry could not be sent.', { reason: String(error) });
    });
    await Promise.race([ended, tooLong]);
  };
}

type Api = typeof import('@opentelemetry/api');

/** Counts and sizes, read from the table that `/metrics` is made of. */
function observeFamilies(meter: ReturnType<Api['metrics']['getMeter']>, measured: Measured): void {
  const ours = () =>
    families(measured).filter(({ name, type }) => name.startsWith('coldlens_') && type !== 'histogram');
  const instruments = new Map(
    ours().map(({ name, type, help }) => {
      const unit = name.endsWith('_bytes') ? 'By' : name.endsWith('_seconds') ? 's' : '1';
      const options = { description: help, unit };
      const dotted = name.replace('_', '.');
      const make = type === 'counter' ? meter.createObservableCounter : meter.createObservableGauge;
      return [name, make.call(meter, dotted, options)] as const;
    }),
  );
  meter.addBatchObservableCallback(
    (result) => {
      for (const family of ours()) {
        const instrument = instruments.get(family.name);
        if (instrument === undefined || family.type === 'histogram') continue;
        for (const { labels, value } of family.samples) result.observe(instrument, value, labels ?? {});
      }
    },
    [...instruments.values()],
  );
}

interface Modules {
  NodeSDK: typeof import('@opentelemetry/sdk-node').NodeSDK;
  api: Api;
}

async function loadSdk(): Promise<Modules | 'missing'> {
  try {
    const [{ NodeSDK }, api] = await Promise.all([import('@opentelemetry/sdk-node'), import('@opentelemetry/api')]);
    return { NodeSDK, api };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return 'missing';
    throw error;
  }
}
