/**
 * What a subscriber of the Telemetry API asks for, checked as the platform checks it.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html
 */
export const streams = ['platform', 'function', 'extension'] as const;
export type Stream = (typeof streams)[number];

export interface Subscription {
  streams: readonly Stream[];
  /** Where batches go; `sandbox.localdomain` is this machine's loopback. */
  url: URL;
  maxItems: number;
  maxBytes: number;
  timeoutMs: number;
}

const sandboxHosts = ['sandbox.localdomain', 'sandbox', '127.0.0.1', 'localhost'];
/** The Runtime API's own port on the platform. */
const reservedPort = '9001';

/** Least, most and default of each buffering setting. */
const buffering = {
  maxItems: [1_000, 10_000, 1_000],
  maxBytes: [262_144, 1_048_576, 262_144],
  timeoutMs: [25, 30_000, 1_000],
} as const;

const destinationOf = (body: Record<string, unknown>, wrong: string[]): URL | null => {
  const destination = body.destination as { protocol?: unknown; URI?: unknown } | undefined;
  if (destination?.protocol !== 'HTTP') wrong.push('protocol must be HTTP (this sandbox delivers no TCP)');
  try {
    const url = new URL(String(destination?.URI));
    if (!url.port) wrong.push('URI port is not provided');
    if (url.port === reservedPort) wrong.push(`port ${reservedPort} is reserved`);
    if (!sandboxHosts.includes(url.hostname)) wrong.push(`URI must be at ${sandboxHosts[0]}`);
    url.hostname = '127.0.0.1';
    return url;
  } catch {
    wrong.push('URI is not valid');
    return null;
  }
};

/**
 * @param schemas versions that this instance's platform takes
 * @returns the subscription, or everything that is wrong with it in one sentence
 */
export const readSubscription = (
  body: Record<string, unknown> | null,
  schemas: readonly string[],
): Subscription | string => {
  if (!body) return 'the body is no JSON object';
  const wrong: string[] = [];
  if (!schemas.includes(body.schemaVersion as string)) wrong.push(`schemaVersion must be one of ${schemas}`);
  const types = Array.isArray(body.types) ? (body.types as unknown[]) : [];
  if (types.length === 0) wrong.push('types should not be empty');
  if (!types.every((type) => streams.includes(type as Stream))) wrong.push(`types must be some of ${streams}`);
  const given = (body.buffering ?? {}) as Record<string, unknown>;
  const limit = (name: keyof typeof buffering): number => {
    const [least, most, standard] = buffering[name];
    const value = given[name] ?? standard;
    const isGood = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    if (!isGood) wrong.push(`${name} must be ${least} to ${most}`);
    return value as number;
  };
  const limits = { maxItems: limit('maxItems'), maxBytes: limit('maxBytes'), timeoutMs: limit('timeoutMs') };
  const url = destinationOf(body, wrong);
  return wrong.length > 0 || !url ? wrong.join('; ') : { streams: types as Stream[], url, ...limits };
};
