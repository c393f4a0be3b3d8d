/** Where spans go: the standard OpenTelemetry variables, and our own before them. */
import { warnOnce } from '../warn.ts';

const defaultEndpoint = 'http://127.0.0.1:4318';

/** The traces URL, or `null` when export is switched off by `OTEL_SDK_DISABLED=true`. */
export const tracesUrl = (env: NodeJS.ProcessEnv): URL | null => {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  const full = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.COLDLENS_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT || defaultEndpoint;
  const text = env.COLDLENS_ENDPOINT || !full ? `${base.replace(/\/+$/, '')}/v1/traces` : full;
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Said below, together with a URL of the wrong kind.
  }
  warnOnce('endpoint', `COLDLENS_ENDPOINT must be an http or https URL; nothing is exported.`);
  return null;
};
