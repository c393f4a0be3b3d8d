/** The resource's attributes: what was found out here, and what the standard variables say. Nothing here needs Node. */
import type { Attributes, AttributeValue } from './invocation.ts';
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

/** What was found comes first, then what the standard variables say; `faas.name` is always there. */
export const completeResource = (found: Attributes, env: Environment): Record<string, AttributeValue> => {
  const here = defined(found);
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
