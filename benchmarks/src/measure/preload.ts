/** A file that a start loads before the function's own code: through `NODE_OPTIONS`, before what the user has in them. */
import type { Variant } from './interleave.ts';
import type { Condition } from './sample.ts';

/**
 * The condition under which `file` is loaded first.
 * @param file absolute path of CommonJS
 * @param variables that the file reads
 */
export const preloading = (
  { target, condition }: Variant,
  file: string,
  variables: Readonly<Record<string, string>> = {},
): Condition => {
  const own = condition.environment?.NODE_OPTIONS ?? target.environment?.NODE_OPTIONS;
  // Node takes what stands between quotes as one word, with JSON's escapes for `"` and `\`.
  const options = [`--require ${JSON.stringify(file)}`, own].filter(Boolean).join(' ');
  return { ...condition, environment: { ...condition.environment, ...variables, NODE_OPTIONS: options } };
};
