/**
 * Second try for aws-lambda-ric after `npm ci`. npm leaves an optional package out when the Node that npm itself runs on
 * is too old for it, although this repository brings a newer one, on which the functions run. So npm is asked once more
 * under that newer Node; the lockfile decides the version. Where the package cannot be built, the install goes on
 * without it and says so.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isSecondPass = process.env.COLDLENS_INSTALL_PASS === '2';
const buildTools = ['cmake', 'g++', 'make', 'python3', 'xz'];

const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

const isInstalled = () => {
  try {
    createRequire(import.meta.url).resolve('aws-lambda-ric/rapid-client.node');
    return true;
  } catch {
    return false;
  }
};

const goOnWithout = (reason) => {
  console.log(`coldlens: AWS's runtime client (aws-lambda-ric) was not built: ${reason}.`);
  console.log("coldlens: the demo will use coldlens' own loader instead, and say so.");
};

const main = () => {
  if (isSecondPass || isInstalled()) return;
  if (process.platform !== 'linux') return goOnWithout(`it does not build on ${process.platform}`);
  const missing = buildTools.filter((tool) => !has(tool));
  if (missing.length > 0)
    return goOnWithout(
      `missing ${missing.join(', ')} (Debian: apt-get install cmake g++ make python3 xz-utils, then npm ci)`,
    );
  console.log("coldlens: building AWS's runtime client (aws-lambda-ric), about a minute ...");
  const { status } = spawnSync('npm', ['install', '--no-save', '--prefer-offline', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, COLDLENS_INSTALL_PASS: '2' },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 10 * 60_000,
  });
  if (isInstalled()) console.log("coldlens: AWS's runtime client is built.");
  else goOnWithout(status === 0 ? 'its build failed' : `npm ended with ${status}`);
};

main();
