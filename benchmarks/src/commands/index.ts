/** The commands of this package, which `coldlens` has too, and what both programs read of `coldlens.config.json`. */
import { publish } from '../ci/publish.ts';
import type { Command, Sections } from '../cli/command.ts';
import { readBudgets } from '../compare/budgets.ts';
import { readGateLimits } from '../compare/gate-limits.ts';
import { readFunctions } from '../targets/config-functions.ts';
import { bench } from './bench.ts';
import { why } from './why.ts';

export { bench, why };

export const commands: readonly Command[] = [why, bench, publish];

/** What the configuration holds beside options. */
export const sections: Sections = { functions: readFunctions, budgets: readBudgets, gate: readGateLimits };
