/** What every platform's sandbox offers: one instance of one function, started cold, called, and ended. */

/** What became of one invocation, as its caller sees it. */
export type Answer =
  | { state: 'succeeded'; body: string }
  | { state: 'failed'; errorType: string; body: string }
  | { state: 'timed out' };

/** An invocation timed from outside. */
export interface ObservedInvocation {
  /** The id that the platform gives the invocation, and the agent reports. */
  requestId: string;
  answer: Answer;
  /** Milliseconds from the spawn (cold) or the event (warm) to the response. */
  latencyMs: number;
  /** Of a cold start: from the spawn until the runtime could take the event. `null` = it could before. */
  spawnToReadyMs?: number | null;
  /** Of a cold start: when the process was spawned, by `performance.now()`. Absent = the response has just come. */
  spawnedMs?: number;
}

/** What runs the functions of a platform whose runtime is Node. */
export interface NodeChoice {
  /** Path of the Node executable. Default: this process's own. */
  node?: string;
}

export interface Instance {
  readonly alive: boolean;
  readonly pid: number | undefined;
  /**
   * Starts the process and gives it its first event: a cold start with the caller waiting.
   * @throws `Trouble` when the function cannot be loaded
   */
  start(event: string): Promise<ObservedInvocation>;
  /** One more event. @throws `Trouble` when the process has ended */
  invoke(event: string): Promise<ObservedInvocation>;
  /** Ends the instance as the platform does, within seconds. Safe to call twice, and before {@link start}. */
  stop(): Promise<void>;
}
