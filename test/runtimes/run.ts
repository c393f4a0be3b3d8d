/**
 * Runs the agent's tests on each Node that functions may run on beside the project's own, after a build:
 * `npm run test:runtimes`, or `npm run test:runtimes -- 20 26` for some. The unit tests run on that Node themselves; in
 * the integration tests it is what the functions run on. This folder's own lockfile pins the Nodes, which are about
 * 550 MB; they come from npm when they are first needed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const versions = ['20', '22', '26'];
const unitTests = 'test/unit/agent/**/*.test.ts';
const integrationTests = ['test/integration/agent/**/*.test.ts', 'test/integration/layer/**/*.test.ts'];
/** What no Node runs, or what does not depend on it. */
const elsewhere = ['test/integration/agent/workers.test.ts'];

const installMaxMs = 5 * 60_000;
const testsMaxMs = 10 * 60_000;

const platform = `${process.platform}-${process.arch}`;
const executable = (version: string): string => join(folder, 'node_modules', `${platform}-${version}`, 'bin/node');

const { optionalDependencies: wanted } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  optionalDependencies: Record<string, string>;
};

interface Run {
  maxMs: number;
  env?: Record<string, string>;
  cwd?: string;
}

/** @returns whether it ended well */
const run = (command: string, args: readonly string[], { maxMs, env = {}, cwd = root }: Run): boolean => {
  const options = { cwd, env: { ...process.env, ...env }, stdio: 'inherit', timeout: maxMs } as const;
  const { status, error } = spawnSync(command, args, options);
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
};

/** Whether the pinned version is there: an older one may be, from an earlier lockfile. */
const isInstalled = (version: string): boolean => {
  const { stdout } = spawnSync(executable(version), ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return stdout?.trim() === `v${wanted[`${platform}-${version}`]?.split('@').at(-1)}`;
};

const mocha = (node: string, args: readonly string[], env: Record<string, string>): boolean =>
  run(node, [join(root, 'node_modules/mocha/bin/mocha.js'), '--reporter', 'dot', ...args], { maxMs: testsMaxMs, env });

const testOn = (version: string): boolean => {
  const node = executable(version);
  const env = { COLDLENS_TEST_NODE: node };
  // Newer Nodes strip the types themselves.
  const typescript = version === '20' ? ['--require', join(folder, 'typescript.cjs')] : [];
  console.log(`\nNode ${version}: unit tests`);
  const unitsPass = mocha(node, [...typescript, unitTests], env);
  console.log(`\nNode ${version}: functions`);
  const functionsPass = mocha(
    process.execPath,
    ['--parallel', '--jobs', '2', ...integrationTests, ...elsewhere.flatMap((file) => ['--ignore', file])],
    env,
  );
  return unitsPass && functionsPass;
};

const main = (asked: readonly string[]): number => {
  const unknown = asked.filter((version) => !versions.includes(version));
  if (unknown.length > 0) {
    console.error(`No Node ${unknown.join(', ')} here; there are ${versions.join(', ')}.`);
    return 2;
  }
  const missing = versions.filter((version) => !(`${platform}-${version}` in wanted));
  if (missing.length > 0) {
    console.error(`npm's Nodes for ${platform} are not pinned here: add them to test/runtimes/package.json.`);
    return 2;
  }
  const chosen = asked.length > 0 ? asked : versions;
  if (!chosen.every(isInstalled)) {
    console.log(`Installing Node ${versions.join(', ')} to test/runtimes ...`);
    const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    if (!run('npm', npm, { maxMs: installMaxMs, cwd: folder }) || !chosen.every(isInstalled)) {
      console.error('The Nodes could not be installed; what npm said is above.');
      return 1;
    }
  }
  const failed = chosen.filter((version) => !testOn(version));
  console.log(failed.length > 0 ? `\nFailed on Node ${failed.join(', ')}.` : `\nPassed on Node ${chosen.join(', ')}.`);
  return failed.length > 0 ? 1 : 0;
};

process.exitCode = main(process.argv.slice(2));
