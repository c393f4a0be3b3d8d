/**
 * The Node that functions under test run on: `COLDLENS_TEST_NODE` (path of an executable), else the tests' own.
 * `npm run test:runtimes` sets it to one version after the other.
 */
import { execFileSync } from 'node:child_process';

export const functionNode = process.env.COLDLENS_TEST_NODE || process.execPath;

export const functionNodeMajor = Number(
  execFileSync(functionNode, ['-p', 'process.versions.node'], { encoding: 'utf8', timeout: 10_000 }).split('.')[0],
);

/** Node has `module.registerHooks` from 22.15 on; before, only CommonJS can be watched. */
export const canWatchEsm = functionNodeMajor >= 22;

/** What the init span says of a module tree that is whole, as far as this Node shows it. */
export const wholeTree = canWatchEsm ? 'complete' : 'cjs only';

/** `it` for what needs the tree of ES modules. Where there is none, the test is skipped with the reason in its title. */
export const itWithEsmTree = (title: string, test: Mocha.AsyncFunc): Mocha.Test =>
  canWatchEsm ? it(title, test) : it.skip(`${title} [not on Node ${functionNodeMajor}: no module.registerHooks]`, test);
