/** Which program runs the handler: AWS's own runtime client where it was built, else our loader, and why. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Trouble } from '@coldlens/collector/trouble';

/** In the order in which they are preferred. */
export const runtimeClientNames = ['aws-lambda-ric', 'coldlens-loader'] as const;

export interface RuntimeClient {
  name: (typeof runtimeClientNames)[number];
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
 * @param wanted asks for one of them; without it our loader takes the place of a client that is not there
 * @throws {@link Trouble} when AWS's client is asked for and not there
 */
export const findRuntimeClient = (wanted?: RuntimeClient['name']): RuntimeClient => {
  if (wanted === 'coldlens-loader') return ownLoader('it was asked for.');
  const found = findAwsClient();
  if (typeof found === 'object') return found;
  if (wanted === 'aws-lambda-ric') throw new Trouble(`AWS's runtime client cannot be used: ${found}`, howToBuild);
  return ownLoader(found);
};

const howToBuild = 'On Debian: apt-get install cmake g++ make python3 xz-utils, then npm ci again.';

/** The client, or why there is none. */
const findAwsClient = (): RuntimeClient | string => {
  const require = createRequire(import.meta.url);
  let script: string;
  try {
    script = require.resolve('aws-lambda-ric');
  } catch {
    return process.platform === 'linux'
      ? 'aws-lambda-ric is not installed, as its build needs cmake, g++, make and python3.'
      : `aws-lambda-ric does not build on ${process.platform}.`;
  }
  const directory = dirname(script);
  if (!existsSync(join(directory, 'rapid-client.node'))) {
    return 'the native part of aws-lambda-ric was not built; that needs cmake, g++, make and python3.';
  }
  const { version } = require(join(directory, 'package.json')) as { version: string };
  return { name: 'aws-lambda-ric', script, description: `AWS's runtime client, aws-lambda-ric ${version}` };
};
