/** Packages by what they cost: in milliseconds of a cold start, and in dollars a month. */
import type { FunctionIdentity } from './function-page.ts';
import type { RankedPart } from './page.ts';

export interface PackageQuery extends RankedPart {
  /** Window length, in milliseconds. */
  sinceMs: number;
  /** As in `RankingPartQuery`. */
  untilMs?: number;
  /** Most packages to return, 1 to 1,000. */
  limit: number;
  /** Absent = of all functions. */
  of?: FunctionIdentity;
}

export interface RankedPackage {
  /** '' = the users' own code; `node` = Node's own modules. */
  name: string;
  /** As many as were seen. */
  versions: string[];
  /** Functions that load it in cold starts. */
  functions: number;
  /** Cold starts that told their module tree and had it. */
  observed: number;
  /** Mean over these, with all that it was the first to load. */
  totalMs: number;
  selfMs: number;
  modules: number;
  bytes: number;
  /** Where the user's own code imports it, `src/db.ts:3`; '' = not told. */
  importedBy: string;
  /** None of its functions had run by the end of any observed first invocation; `null` = nobody looked. */
  isUnused: boolean | null;
  /** Cold starts of these functions in the window, observed or not, as far as they had it. */
  coldStarts: number;
  /** Milliseconds of cold starts a month, at the rate of the window. */
  msPerMonth: number;
  /**
   * What these milliseconds cost a month: total ms x cold starts x memory x rate. `null` where init is not billed by
   * time, or there is no price.
   */
  usdPerMonth: number | null;
}

export interface PackageRanking {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  /** Date of the price table in use. */
  prices: string;
  packages: RankedPackage[];
}
