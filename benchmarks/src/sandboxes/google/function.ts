/** What Google knows of a deployed function, and the environment that it starts an instance with. */
import { dirname } from 'node:path';

export interface GoogleFunction {
  name: string;
  /** File of the function. */
  source: string;
  /** Name of the function in its file: `FUNCTION_TARGET`. */
  target: string;
  signature: 'http' | 'cloudevent' | 'event';
  /** 1 = Cloud Functions, 2 = Cloud Run functions. */
  generation: 1 | 2;
  /** Milliseconds after which a request is cut off, 1,000 to 3,600,000. */
  timeoutMs: number;
  /** The user's own variables. */
  environment?: Readonly<Record<string, string>>;
}

/** What only 2nd gen has. */
const cloudRunVariables = (fn: GoogleFunction): Record<string, string> => ({
  K_CONFIGURATION: fn.name,
  CLOUD_RUN_TIMEOUT_SECONDS: String(Math.ceil(fn.timeoutMs / 1_000)),
  LOG_EXECUTION_ID: 'true',
});

/** https://cloud.google.com/functions/docs/configuring/env-var#runtime_environment_variables_set_automatically */
export const instanceEnvironment = (
  fn: GoogleFunction,
  port: number,
  metadataHost: string,
): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  PWD: dirname(fn.source),
  FUNCTION_TARGET: fn.target,
  FUNCTION_SIGNATURE_TYPE: fn.signature,
  FUNCTION_SOURCE: fn.source,
  K_SERVICE: fn.name,
  K_REVISION: `${fn.name}-00001-tor`,
  PORT: String(port),
  // On the platform the name `metadata.google.internal` leads there.
  GCE_METADATA_HOST: metadataHost,
  ...(fn.generation === 2 && cloudRunVariables(fn)),
  ...fn.environment,
});
