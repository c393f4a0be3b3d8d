/** The resource that every span of this instance belongs to. */
import type { Attributes, AttributeValue } from './invocation.ts';
import { processResource } from './platforms/common.ts';
import { platform } from './platforms/index.ts';
import type { Environment } from './platforms/platform.ts';
import { attribute } from './vocabulary.ts';
import { warnOnce } from './warn.ts';

/** `OTEL_RESOURCE_ATTRIBUTES`: `key=value` pairs, comma-separated, percent-encoded. */
const fromEnvironment = (text: string | undefined): Record<string, string> => {
  const attributes: Record<string, string> = {};
  for (const pair of text?.split(',') ?? []) {
    const [key, ...value] = pair.split('=');
    if (!key?.trim() || value.length === 0) continue;
    try {
      attributes[decodeURIComponent(key.trim())] = decodeURIComponent(value.join('=').trim());
    } catch {
      warnOnce(
        'resource',
        'OTEL_RESOURCE_ATTRIBUTES holds something that is not percent-encoded; that pair is left out.',
      );
    }
  }
  return attributes;
};

const defined = (attributes: Attributes): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<
    string,
    AttributeValue
  >;

/**
 * Ours first, then what the standard variables say; `faas.name` is always there.
 * @param args of the first invocation: some platforms tell the account only there
 */
export const resourceOf = (env: Environment, args: readonly unknown[]): Record<string, AttributeValue> => {
  const here = defined({ ...processResource(), ...platform().resource(env, args) });
  const given = fromEnvironment(env.OTEL_RESOURCE_ATTRIBUTES);
  const name = String(
    here[attribute.functionName] ?? env.OTEL_SERVICE_NAME ?? given[attribute.serviceName] ?? 'function',
  );
  return {
    'telemetry.sdk.name': 'coldlens',
    'telemetry.sdk.language': 'nodejs',
    ...here,
    [attribute.serviceName]: name,
    ...given,
    ...(env.OTEL_SERVICE_NAME && { [attribute.serviceName]: env.OTEL_SERVICE_NAME }),
    [attribute.functionName]: name,
  };
};
