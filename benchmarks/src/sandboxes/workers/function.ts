/** What Cloudflare knows of a deployed Worker. */

export interface WorkersFunction {
  name: string;
  /** The Worker's script: one bundled ES module. */
  script: string;
  /** Which of its handlers the sandbox's events go to. Default `fetch`. */
  event?: 'fetch' | 'scheduled' | 'queue';
  /** Milliseconds that a caller waits. */
  timeoutMs: number;
  /** Text bindings. */
  environment?: Readonly<Record<string, string>>;
}
