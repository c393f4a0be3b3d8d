/** The ways out of the function: which one is used, and how each sends. */
import type { AttributeValue, InvocationRecord } from '../invocation.ts';
import type { ExportMode } from '../options.ts';
import { platform } from '../platforms/index.ts';
import type { Environment } from '../platforms/platform.ts';
import { currentSettings } from '../settings.ts';
import { type Endpoint, endpointOf, extensionEndpoint, isDisabled, isEndpointConfigured } from './endpoint.ts';
import { type PostOutcome, post } from './http.ts';
import { traceLines } from './lines.ts';
import { traceRequest } from './otlp.ts';
import { writeText } from './stdout.ts';
import { tokenOf } from './token.ts';

export interface Transport {
  /** For messages; never holds a secret. */
  name: string;
  send(resource: Record<string, AttributeValue>, batch: readonly InvocationRecord[]): Promise<PostOutcome>;
}

const overHttp = (endpoint: Endpoint): Transport => ({
  name: endpoint.url.origin,
  send: (resource, batch) => post(endpoint, traceRequest(resource, batch)),
});

/** Takes everything and sends nothing. */
const nowhere: Transport = { name: 'nowhere', send: async () => ({ state: 'accepted' }) };

const collector = (env: Environment): Transport => {
  const endpoint = endpointOf(env, tokenOf(env));
  return endpoint ? overHttp(endpoint) : nowhere;
};

const transports: Readonly<Record<ExportMode, (env: Environment) => Transport>> = {
  stdout: () => ({
    name: 'stdout',
    send: (resource, batch) => writeText(traceLines(resource, batch).join('')),
  }),
  extension: () => overHttp(extensionEndpoint()),
  'after-response': collector,
  sync: collector,
};

/** What was asked for; else a line on stdout where Lambda reads our log and nobody named an endpoint. */
export const modeFor = (env: Environment): ExportMode =>
  currentSettings().exportMode ??
  (platform().name === 'lambda' && !isEndpointConfigured(env) ? 'stdout' : 'after-response');

export const transportFor = (env: Environment): Transport =>
  isDisabled(env) ? nowhere : transports[modeFor(env)](env);
