/** Which program runs the handler: AWS's own runtime client where it was built, else our loader, and why. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RuntimeClient {
  name: 'aws-lambda-ric' | 'coldlens-loader';
  /** Script that Node starts. */
  script: string;
  /** For people: what runs, and for our loader also why and what would change it. */
  description: string;
}

const ownLoader = (reason: string): RuntimeClient => ({
  name: 'coldlens-loader',
  script: fileURLToPath(new URL('./loader.js', import.meta.url)),
  description: `coldlens' own loader stands in for AWS's runtime client: ${reason}`,
});

/**
 * Finds the runtime client. `aws-lambda-ric` is an optional package with a native part that npm builds at install time.
 * @param wanted `coldlens-loader` to ask for our loader although AWS's client is there
 */
export const findRuntimeClient = (wanted?: RuntimeClient['name']): RuntimeClient => {
  if (wanted === 'coldlens-loader') return ownLoader('it was asked for.');
  const require = createRequire(import.meta.url);
  let script: string;
  try {
    script = require.resolve('aws-lambda-ric');
  } catch {
    return ownLoader(
      process.platform === 'linux'
        ? 'aws-lambda-ric is not installed; it needs cmake, g++, make and python3, then `npm ci` again.'
        : `aws-lambda-ric does not build on ${process.platform}.`,
    );
  }
  const directory = dirname(script);
  if (!existsSync(join(directory, 'rapid-client.node'))) {
    return ownLoader('the native part of aws-lambda-ric was not built; it needs cmake, g++, make and python3.');
  }
  const { version } = require(join(directory, 'package.json')) as { version: string };
  return { name: 'aws-lambda-ric', script, description: `AWS's runtime client, aws-lambda-ric ${version}` };
};
