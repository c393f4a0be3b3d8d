/** What host and worker say to each other. The platform uses gRPC; here it is Node's channel between processes. */

/** A value on its way to a function, in the shape that `@azure/functions` reads. */
export type RpcData =
  | { string: string }
  | { json: string }
  | { http: { method: string; url: string; headers: Record<string, string>; body: { string: string } } };

export type HostMessage =
  /** With an environment, a placeholder becomes the app's own worker. */
  | { type: 'load'; root: string; main: string; environment: Record<string, string> | null }
  | { type: 'invoke'; invocationId: string; functionName: string; input: RpcData; traceParent: string | null }
  | { type: 'terminate' };

export type WorkerMessage =
  | { type: 'started' }
  /** @property triggers type of each function's trigger, such as `httpTrigger` */
  | { type: 'loaded'; triggers: Record<string, string> }
  | { type: 'failed'; message: string }
  | { type: 'answer'; invocationId: string; body: string }
  | { type: 'error'; invocationId: string; errorType: string; message: string };
