/** The sandbox of each platform. */
import type { AzureExample, Example, GoogleExample, LambdaExample, WorkersExample } from '../examples.ts';
import { AzureInstance } from './azure/instance.ts';
import { GoogleInstance } from './google/instance.ts';
import type { Instance } from './instance.ts';
import { LambdaInstance } from './lambda/instance.ts';
import type { RuntimeClient } from './lambda/runtime-client.ts';
import { WorkersInstance } from './workers/instance.ts';

interface Sandboxes {
  lambda(fn: LambdaExample, client: RuntimeClient): Instance;
  google(fn: GoogleExample): Instance;
  azure(fn: AzureExample): Instance;
  workers(fn: WorkersExample): Instance;
}

const sandboxes: Sandboxes = {
  lambda: (fn, client) => new LambdaInstance(fn, client),
  google: (fn) => new GoogleInstance(fn),
  azure: (fn) => new AzureInstance(fn),
  workers: (fn) => new WorkersInstance(fn),
};

/** For screens: what runs the functions of the platforms other than Lambda. */
export const otherRuntimes = 'functions-framework, @azure/functions and workerd';

/**
 * An instance of a function, not yet started.
 * @param client what runs Lambda functions
 */
export const instanceOf = (fn: Example, client: RuntimeClient): Instance =>
  (sandboxes[fn.platform] as (fn: Example, client: RuntimeClient) => Instance)(fn, client);
