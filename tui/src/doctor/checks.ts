/** The checks of `coldlens doctor`, in the order in which a person would mend things. */

import type { Check, CheckContext, CheckResult, Finding } from './check.ts';
import { fail, ok } from './check.ts';
import { collectorChecks } from './collector-checks.ts';
import { checkDataDirectory } from './data-directory.ts';
import { checkOtherAgents } from './other-agents.ts';
import { checkBuildTools, checkEngine, checkRuntimeClient } from './packages.ts';
import { checkClickHouse, checkPort } from './services.ts';

/** The launcher refuses older ones before anything else runs. */
const checkNode = () => ok(`Node ${process.versions.node} on ${process.platform} ${process.arch}`);

const node: Check = { name: 'node', run: checkNode };

/** Of this machine and what it is to work with. */
export const localChecks: readonly Check[] = [
  node,
  { name: 'embedded engine', run: checkEngine },
  { name: 'runtime client', run: checkRuntimeClient },
  { name: 'build tools', run: checkBuildTools },
  { name: 'other agents', run: checkOtherAgents },
  { name: 'data directory', run: checkDataDirectory },
  { name: 'collector port', run: checkPort },
  { name: 'clickhouse', run: checkClickHouse },
];

/** Runs all checks side by side; one that throws has failed. */
export async function runChecks(context: CheckContext): Promise<CheckResult[]> {
  const checks = context.url === undefined ? localChecks : [node, ...collectorChecks()];
  const results = await Promise.all(
    checks.map(async ({ name, run }): Promise<CheckResult[]> => {
      try {
        const found = (await run(context)) ?? [];
        return (Array.isArray(found) ? (found as readonly Finding[]) : [found as Finding]).map((finding) => ({
          name,
          ...finding,
        }));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return [{ name, ...fail(`the check itself broke: ${reason}`, 'report this as a defect of coldlens') }];
      }
    }),
  );
  return results.flat();
}
