/** What Cloudflare knows of a deployed Worker. */

export interface WorkersFunction {
  name: string;
  /** The Worker's script: one bundled ES module. */
  script: string;
  /** Which of its handlers the sandbox's events go to. Default `fetch`. */
  event?: 'fetch' | 'scheduled' | 'queue';
  /** Milliseconds that a caller waits. */
  timeoutMs: number;
  /** Behaviour of the runtime as of this day, `YYYY-MM-DD`; not after the one that workerd was built. Default 2026-01-01. */
  compatibilityDate?: string;
  /** Behaviour that is asked for by name, such as `nodejs_compat`. */
  compatibilityFlags?: readonly string[];
  /** Text bindings. */
  environment?: Readonly<Record<string, string>>;
}
