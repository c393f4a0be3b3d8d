/** Where spans go over HTTP, and with what: our own variables first, then the standard OpenTelemetry ones. */
import type { Environment } from '../platforms/platform.ts';
import { warnOnce } from '../warn.ts';

export interface Endpoint {
  url: URL;
  headers: Record<string, string>;
  /** Most milliseconds to wait for an answer while the process runs. */
  timeoutMs: number;
  gzip: boolean;
}

const defaultUrl = 'http://127.0.0.1:4318';
/** Where the layer's extension listens, unless `COLDLENS_EXTENSION_PORT` names another port. */
const defaultExtensionPort = 4319;
/** The standard's default of 10 s would keep a batch for longer than most functions run. */
const defaultTimeoutMs = 3_000;

/** Whether anyone said where spans should go. */
export const isEndpointConfigured = (env: Environment): boolean =>
  Boolean(env.COLDLENS_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT);

/** `OTEL_SDK_DISABLED=true` switches every export off. */
export const isDisabled = (env: Environment): boolean => env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';

const urlText = (env: Environment): string => {
  if (!env.COLDLENS_ENDPOINT && env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.COLDLENS_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT || defaultUrl;
  return `${base.replace(/\/+$/, '')}/v1/traces`;
};

const httpUrl = (text: string): URL | null => {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Said below, together with a URL of the wrong kind.
  }
  warnOnce(
    'endpoint',
    'COLDLENS_ENDPOINT (OTEL_EXPORTER_OTLP_ENDPOINT) must be an http or https URL; nothing is sent.',
  );
  return null;
};

/** `OTEL_EXPORTER_OTLP_HEADERS`: `name=value` pairs, comma-separated, percent-encoded. Values may be secrets: never said. */
const headersOf = (text: string | undefined): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const pair of text?.split(',') ?? []) {
    const [name, ...value] = pair.split('=');
    if (!name?.trim() || value.length === 0) continue;
    try {
      headers[name.trim().toLowerCase()] = decodeURIComponent(value.join('=').trim());
    } catch {
      warnOnce('headers', 'OTEL_EXPORTER_OTLP_HEADERS holds a pair that is not percent-encoded; it is left out.');
    }
  }
  return headers;
};

const timeoutOf = (env: Environment): number => {
  const text = env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT || env.OTEL_EXPORTER_OTLP_TIMEOUT;
  if (!text) return defaultTimeoutMs;
  const ms = Number(text);
  if (ms > 0 && ms <= 60_000) return ms;
  warnOnce('timeout', `OTEL_EXPORTER_OTLP_TIMEOUT must be 1 to 60000 ms; ${defaultTimeoutMs} is used.`);
  return defaultTimeoutMs;
};

/**
 * The endpoint, or `null` when nothing is to be sent.
 * @param token for the collector; how it is found depends on the runtime
 */
export const endpointOf = (env: Environment, token: string | undefined): Endpoint | null => {
  if (isDisabled(env)) return null;
  const url = httpUrl(urlText(env));
  if (!url) return null;
  return {
    url,
    headers: {
      ...headersOf(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS || env.OTEL_EXPORTER_OTLP_HEADERS),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    timeoutMs: timeoutOf(env),
    gzip: (env.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION || env.OTEL_EXPORTER_OTLP_COMPRESSION) === 'gzip',
  };
};

const extensionPort = (): number => {
  const text = process.env.COLDLENS_EXTENSION_PORT;
  const port = Number(text || defaultExtensionPort);
  if (Number.isInteger(port) && port > 1_023 && port <= 65_535) return port;
  warnOnce('port', `COLDLENS_EXTENSION_PORT must be 1024 to 65535; ${defaultExtensionPort} is used.`);
  return defaultExtensionPort;
};

/** Made when asked for: the first URL of a process takes 0.3 MB. */
export const extensionEndpoint = (): Endpoint => ({
  url: new URL(`http://127.0.0.1:${extensionPort()}/v1/traces`),
  headers: {},
  timeoutMs: defaultTimeoutMs,
  gzip: false,
});
