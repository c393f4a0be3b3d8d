/** The resource that every span of this instance belongs to. */
import type { Attributes, AttributeValue } from './invocation.ts';
import { processResource } from './platforms/common.ts';
import { platform } from './platforms/index.ts';
import type { Environment } from './platforms/platform.ts';
import { completeResource } from './resource-attributes.ts';

/**
 * @param told what the platform told with the first invocation, if there was one: some tell the account only there
 * @param lookedUp what the platform's `lookUp` has found
 */
export const resourceOf = (
  env: Environment,
  told: Attributes | undefined,
  lookedUp: Attributes = {},
): Record<string, AttributeValue> =>
  completeResource({ ...processResource(), ...(told ?? platform().resource(env, [])), ...lookedUp }, env);
