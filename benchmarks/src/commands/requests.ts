/** What `why` and `bench` are asked to do: every option resolved, every value checked. */
import type { Budgets } from '../compare/budgets.ts';
import type { GateLimits } from '../compare/settings.ts';
import type { Configured } from '../targets/config-functions.ts';

export const outputFormats = ['text', 'json', 'markdown'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Numbers of pairs at which `bench` looks at what it has; fixed, or looking would find what is not there. */
export const looks = [20, 40, 80] as const;

interface CommonRequest {
  /** Directory that the command runs in. */
  cwd: string;
  /** Files, directories, project files or names of functions, as they were written; none = what the directory holds. */
  handlers: readonly string[];
  /** What the configuration says of functions. */
  configured: Configured;
  /** File or sample that every function is called with; absent = what its trigger sends. */
  event?: string;
  /** Changes to try out, as `whatif/` reads them. */
  try: readonly string[];
  /** Cold starts a month, for money; `null` = not given. */
  coldPerMonth: number | null;
  /** Price file; absent = the one in the default data directory, or none. */
  prices?: string;
  pageCache: 'warm' | 'dropped';
  /** What is printed to standard output. */
  format: OutputFormat;
  /** File to write the self-contained page to. */
  html?: string;
}

export interface WhyRequest extends CommonRequest {
  /** Version, or path of an executable; absent = this process's own. */
  node?: string;
  /** MB; absent = what the function is configured with. */
  memoryMb?: number;
  /** Write the lazy imports to the source after showing the difference. */
  apply: boolean;
}

export interface BenchRequest extends CommonRequest {
  /** Git revision to compare with; absent = only measure. */
  base?: string;
  /** Versions or paths, side by side; none = this process's own. */
  node: readonly string[];
  /** MB, side by side; none = what the functions are configured with. */
  memoryMb: readonly number[];
  /** Command that builds the base, as it was built here; absent = nothing has to be built. */
  build?: string;
  /** Run the install scripts of the base's packages. */
  allowScripts: boolean;
  /** Most pairs: the last of {@link looks} that is taken. Without a base, samples. */
  pairs: (typeof looks)[number];
  /** An inconclusive comparison fails the check. */
  strict: boolean;
  /** What is to fail, where that is not as usual. */
  gate: Partial<GateLimits>;
  /** Of the command line; they come before those of functions and the configuration. */
  budgets: Budgets;
  /** Files to write reports to. */
  markdown?: string;
  json?: string;
  junit?: string;
  badge?: string;
  /** GitLab's Code Quality report, a file. */
  codeQuality?: string;
  /** Print GitHub's annotations: asked for, or `null` = where GitHub runs it. */
  annotations: boolean | null;
  /** Directory that keeps the JSON of every run. */
  history?: string;
  /** Data directory of the embedded ClickHouse, or the address of a server, that keeps the samples. */
  store?: string;
}
