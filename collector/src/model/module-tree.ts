/**
 * What a function's cold starts load: the module tree that agents told of the latest of them, and the packages in it.
 * Times are milliseconds; all figures are means over the trees that were read, so that they add up.
 */
import type { FunctionQuery } from './function-page.ts';

export interface ModuleQuery extends FunctionQuery {
  /** Most trees to read, of the latest cold starts that told theirs, 1 to 50. */
  trees: number;
}

/** What a module and a package have in common. */
export interface ModuleFigures {
  /** Finding its own imports, reading, parsing and evaluating it. */
  selfMs: number;
  /** With all that it was the first to ask for. */
  totalMs: number;
  /** `totalMs` as a share of the whole tree, 0 to 1. */
  share: number;
  /** Source bytes of it alone. */
  bytes: number;
  /** How many modules it stands for. */
  modules: number;
  /** In how many of the trees it is. */
  observed: number;
  /** None of its functions had run by the end of any observed first invocation; `null` = nobody looked. */
  isUnused: boolean | null;
  /** Where the user's own code imports it, `src/db.ts:3`; '' = not told. */
  importedBy: string;
  /** What `totalMs` costs in all cold starts of a month; `null` where init is not billed by time, or there is no price. */
  usdPerMonth: number | null;
}

/** One module; or the many small ones of a package together, which are told as one. */
export interface ModuleNode extends ModuleFigures {
  /** Relative to its package or to the user's code; of small ones together the package. */
  name: string;
  /** '' = the user's own code; `node` = Node's own modules; `null` = small ones of several packages. */
  package: string | null;
  packageVersion: string;
  /** `commonjs`, `module`, `json`, `builtin`, `addon`, `wasm`; '' = several. */
  format: string;
  /** Where the module that asked for it first stands in the list; `null` = nothing did. Always before it. */
  parent: number | null;
  /** 0 at the top. */
  depth: number;
  /** How many come right behind it that it was the first to ask for, directly or not. */
  descendants: number;
  /** It waited at its top level, in any of the trees; the wait is in `selfMs`. */
  isAwaiting: boolean;
  isCircular: boolean;
  hasFailed: boolean;
}

export interface ModulePackage extends ModuleFigures {
  /** '' = the user's own code; `node` = Node's own modules. */
  name: string;
  versions: string[];
}

export interface ModuleTree {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  /** Date of the price table in use. */
  prices: string;
  /** The version that the trees are of: that of the latest one. */
  version: string;
  /** Trees that were read; 0 = no cold start in the window has told one that is still kept. */
  trees: number;
  /** Of the latest and the earliest of them. */
  latestAt: string | null;
  earliestAt: string | null;
  /** Cold starts of the function in the window. */
  coldStarts: number;
  /** The init of these cold starts; what of it no module took is Node's and the agent's. */
  initMs: number | null;
  /** All that the trees hold. */
  totalMs: number;
  /** How much was seen, and the line that would make the rest visible. As in the ranking. */
  seen: string | null;
  hint: string | null;
  /** Each right behind the one that asked for it, the dearest first; at most 2,000. */
  modules: ModuleNode[];
  /** Modules that are not in the list for its length. */
  leftOut: number;
  /** The dearest first; at most 1,000. */
  packages: ModulePackage[];
}
