/** The resource that every span of this instance belongs to. */
import type { Attributes, AttributeValue } from './invocation.ts';
import { processResource } from './platforms/common.ts';
import { platform } from './platforms/index.ts';
import type { Environment } from './platforms/platform.ts';
import { completeResource } from './resource-attributes.ts';

/**
 * @param args of the first invocation: some platforms tell the account only there
 * @param lookedUp what the platform's `lookUp` has found
 */
export const resourceOf = (
  env: Environment,
  args: readonly unknown[],
  lookedUp: Attributes = {},
): Record<string, AttributeValue> =>
  completeResource({ ...processResource(), ...platform().resource(env, args), ...lookedUp }, env);
