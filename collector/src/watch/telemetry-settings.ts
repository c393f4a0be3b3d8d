/** What the `OTEL_*` variables ask of us, and whether it would come back to ourselves. */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

export type Environment = Readonly<Record<string, string | undefined>>;

export const signals = ['TRACES', 'METRICS'] as const;
export type Signal = (typeof signals)[number];

const set = (environment: Environment, name: string): string | undefined => environment[name]?.trim() || undefined;

const exportersOf = (environment: Environment, signal: Signal): string[] | undefined =>
  set(environment, `OTEL_${signal}_EXPORTER`)
    ?.split(',')
    .map((name) => name.trim());

/**
 * The signals that somebody asked for: by an exporter, or by an endpoint. The SDK itself would send both to port 4318 of this
 * machine when nothing is set at all.
 */
export function wantedSignals(environment: Environment): Signal[] {
  if (set(environment, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return [];
  return signals.filter((signal) => {
    const exporters = exportersOf(environment, signal);
    if (exporters !== undefined) return !exporters.includes('none');
    return endpointSet(environment, signal) !== undefined;
  });
}

const endpointSet = (environment: Environment, signal: Signal): string | undefined =>
  set(environment, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ?? set(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT');

/** Where the SDK would send a signal by OTLP; undefined where it goes elsewhere. */
function endpointOf(environment: Environment, signal: Signal): string | undefined {
  if (!(exportersOf(environment, signal) ?? ['otlp']).includes('otlp')) return undefined;
  const protocol =
    set(environment, `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ?? set(environment, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  return endpointSet(environment, signal) ?? (protocol === 'grpc' ? 'http://localhost:4317' : 'http://localhost:4318');
}

/** The first endpoint of the wanted signals that is this collector, which would make a span of every span for ever. */
export async function ownEndpoint(environment: Environment, port: number): Promise<string | undefined> {
  for (const signal of wantedSignals(environment)) {
    const endpoint = endpointOf(environment, signal);
    if (endpoint !== undefined && (await isHere(endpoint, port))) return endpoint;
  }
  return undefined;
}

async function isHere(endpoint: string, port: number): Promise<boolean> {
  if (!URL.canParse(endpoint)) return false;
  const url = new URL(endpoint);
  const itsPort = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (itsPort !== port) return false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A name that is not known now cannot be sent to either, which the exporter then tells.
  const addresses = await lookup(host, { all: true }).catch(() => []);
  const ours = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
  );
  return addresses.some(({ address }) => ours.has(address) || /^(127\.|::1$|0\.0\.0\.0$|::$)/.test(address));
}
