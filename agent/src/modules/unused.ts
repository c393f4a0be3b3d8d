/**
 * Modules that were loaded but never used: the engine counts the calls of every function, and a module none of whose
 * functions ever ran could have been imported later, when it is needed. On request only, as counting costs time.
 */
import type { Profiler } from 'node:inspector';
import { warnOnce } from '../warn.ts';
import { keyOfUrl } from './key.ts';
import type { ModuleNode } from './node.ts';
import type { Packages } from './package-of.ts';
import { type PackageCost, type ReadSource, rollUp } from './rollup.ts';

/**
 * Functions that compilers put into every module and that run while it loads: esbuild's and TypeScript's helpers begin
 * with two underscores, Babel's and SWC's with `_interop` and the like.
 */
const compilerHelper = /^(__|_interop|_export|_getRequireWildcardCache)/;

/** Packages that hold nothing but such helpers, where they are the real thing. */
const helperPackages = new Set(['tslib', '@swc/helpers', '@babel/runtime']);

const variable = 'COLDLENS_UNUSED';

/** Whether somebody asks for it. @param value `1` or `0` */
export const wantsUnused = (value: string | undefined): boolean => {
  if (value === undefined || value === '' || value === '0') return false;
  if (value === '1') return true;
  warnOnce(variable, `${variable} must be 1 or 0, not "${value.slice(0, 40)}"; nothing is counted.`);
  return false;
};

export interface RunningCoverage {
  /** Calls of each function so far; ends the counting. */
  take(): Profiler.ScriptCoverage[];
}

export const startCoverage = (): RunningCoverage => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  let taken: Profiler.ScriptCoverage[] = [];
  let isRunning = true;
  return {
    take: () => {
      if (!isRunning) return taken;
      isRunning = false;
      session.post('Profiler.takePreciseCoverage', (error, result) => {
        if (!error) taken = result.result;
      });
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
      return taken;
    },
  };
};

/** Whether any function ran; `null` for a script that has none. Its top level always runs, and is the widest range. */
const ranIn = ({ functions }: Profiler.ScriptCoverage, countsHelpers: boolean): boolean | null => {
  const inner = functions.filter(({ ranges: [range] }) => range !== undefined && range.startOffset > 0);
  const own = inner.filter(({ functionName }) => countsHelpers || !compilerHelper.test(functionName));
  // Nameless functions that ran once are the blocks that TypeScript wraps enums and namespaces in.
  const ran = own.some(({ functionName, ranges: [range] }) => (range?.count ?? 0) > (functionName === '' ? 1 : 0));
  return own.length === 0 ? null : ran;
};

/** Sets `used` on the modules that the coverage knows. */
export const markUsed = (
  nodes: ReadonlyMap<string, ModuleNode>,
  coverage: readonly Profiler.ScriptCoverage[],
  packages: Packages,
): void => {
  for (const script of coverage) {
    const node = nodes.get(keyOfUrl(script.url));
    if (node) node.used = ranIn(script, helperPackages.has(packages.of(node.key).name));
  }
};

/**
 * Packages that could be imported when they are first needed: none of their functions ran, and they are not the user's
 * own. The dearest first; the times are those of their own modules.
 */
export const lazyCandidates = (
  nodes: readonly ModuleNode[],
  packages: Packages,
  readSource?: ReadSource,
): PackageCost[] => {
  const id = (node: ModuleNode): string => packages.of(node.key).name;
  const used = new Set(nodes.filter((node) => node.used).map(id));
  const looked = new Set(nodes.filter((node) => node.used === false).map(id));
  return rollUp(nodes, packages, readSource).filter(
    ({ name }) => name !== '' && name !== 'node' && looked.has(name) && !used.has(name),
  );
};
