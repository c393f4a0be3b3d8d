/**
 * One worker of an Azure function app: a process that drives the real `@azure/functions`, with this class as its host.
 * Times are taken from outside.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { FunctionProcess } from '../function-process.ts';
import type { Answer, Instance, NodeChoice, ObservedInvocation } from '../instance.ts';
import { type AzureFunction, appEnvironment, placeholderEnvironment } from './function.ts';
import type { HostMessage, RpcData, WorkerMessage } from './messages.ts';

/** The host gives a worker 60 s to start; nobody would watch that here. */
const startMaxMs = 30_000;
/** The host's grace after `WorkerTerminate`. */
const stopMaxMs = 5_000;
/** How long a placeholder waits to be needed: long enough to be told from a start of its own. */
const placeholderIdleMs = 300;

const workerScript = fileURLToPath(new URL('./worker.js', import.meta.url));

/** What the caller adds to an invocation. */
export interface AzureCall {
  /** Of an HTTP request. */
  headers?: Readonly<Record<string, string>>;
  /** The host's own trace context. */
  traceParent?: string;
}

export class AzureInstance implements Instance {
  readonly fn: AzureFunction;
  readonly #node: string;
  #process: FunctionProcess | null = null;
  #trigger = '';
  #isCold = true;

  constructor(fn: AzureFunction, { node = process.execPath }: NodeChoice = {}) {
    this.fn = fn;
    this.#node = node;
  }

  get alive(): boolean {
    return this.#process?.alive ?? false;
  }

  get pid(): number | undefined {
    return this.#process?.child.pid;
  }

  /** @throws `Trouble` when the app cannot be loaded, lacks the function, ends, or takes more than 30 s */
  async start(event: string, call: AzureCall = {}): Promise<ObservedInvocation> {
    const { fn } = this;
    const started = new FunctionProcess({
      title: `${fn.name} (${fn.main} in ${fn.root})`,
      file: this.#node,
      args: [workerScript],
      cwd: fn.root,
      env: fn.fromPlaceholder ? placeholderEnvironment() : appEnvironment(fn),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = started;
    try {
      await this.#expect('started', started);
      if (fn.fromPlaceholder) await new Promise((resolve) => setTimeout(resolve, placeholderIdleMs));
      const fromMs = fn.fromPlaceholder ? performance.now() : started.spawnedMs;
      const loaded = this.#expect('loaded', started);
      const environment = fn.fromPlaceholder ? appEnvironment(fn) : null;
      this.#say({ type: 'load', root: fn.root, main: fn.main, environment });
      const trigger = (await loaded).triggers[this.#functionName];
      if (trigger === undefined) throw started.trouble(`has no function ${this.#functionName}`);
      this.#trigger = trigger;
      const spawnToReadyMs = performance.now() - fromMs;
      return { ...(await this.#call(started, event, call, fromMs)), spawnToReadyMs };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async invoke(event: string, call: AzureCall = {}): Promise<ObservedInvocation> {
    if (!this.#process) throw new Error('invoke() before start()');
    return this.#call(this.#process, event, call, performance.now());
  }

  async stop(): Promise<void> {
    await this.#process?.end(stopMaxMs, () => this.#say({ type: 'terminate' }));
  }

  get #functionName(): string {
    return this.fn.name.split('/')[1] ?? this.fn.name;
  }

  #say(message: HostMessage): void {
    if (this.#process?.child.connected) this.#process.child.send(message);
  }

  /** The worker's next message that `wanted` accepts. */
  async #next<T extends WorkerMessage>(
    started: FunctionProcess,
    maxMs: number,
    wanted: (message: WorkerMessage) => message is T,
  ): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const listen = (message: WorkerMessage): void => {
      if (wanted(message)) resolve(message);
    };
    started.child.on('message', listen);
    try {
      return await started.within(promise, maxMs);
    } finally {
      started.child.off('message', listen);
    }
  }

  async #expect<Type extends WorkerMessage['type']>(
    type: Type,
    started: FunctionProcess,
  ): Promise<Extract<WorkerMessage, { type: Type }>> {
    const isEither = (message: WorkerMessage): message is WorkerMessage =>
      message.type === type || message.type === 'failed';
    const message = await this.#next(started, startMaxMs, isEither);
    if (message?.type === 'failed') throw started.trouble(`failed in its load: ${message.message}`);
    if (!message) throw started.trouble(`was not ready after ${startMaxMs / 1_000} s`);
    return message as Extract<WorkerMessage, { type: Type }>;
  }

  #input(event: string, headers: Readonly<Record<string, string>>): RpcData {
    if (this.#trigger === 'timerTrigger') return { json: '{"IsPastDue":false,"Schedule":{"AdjustForDST":true}}' };
    if (this.#trigger !== 'httpTrigger') return { string: event };
    const [app, name] = this.fn.name.split('/');
    return {
      http: {
        method: 'POST',
        url: `https://${app}.azurewebsites.net/api/${name}`,
        // The front end tells the host of a cold start with a header, which reaches the function.
        headers: { 'content-type': 'application/json', ...(this.#isCold && { 'x-ms-coldstart': '1' }), ...headers },
        body: { string: event },
      },
    };
  }

  async #call(
    started: FunctionProcess,
    event: string,
    { headers = {}, traceParent }: AzureCall,
    fromMs: number,
  ): Promise<ObservedInvocation> {
    const invocationId = randomUUID();
    const isAnswer = (message: WorkerMessage): message is Extract<WorkerMessage, { type: 'answer' | 'error' }> =>
      (message.type === 'answer' || message.type === 'error') && message.invocationId === invocationId;
    const answered = this.#next(started, this.fn.timeoutMs, isAnswer);
    const input = this.#input(event, headers);
    this.#isCold = false;
    this.#say({
      type: 'invoke',
      invocationId,
      functionName: this.#functionName,
      input,
      traceParent: traceParent ?? null,
    });
    const message = await answered;
    return { requestId: invocationId, answer: answerOf(message), latencyMs: performance.now() - fromMs };
  }
}

const answerOf = (message: Extract<WorkerMessage, { type: 'answer' | 'error' }> | undefined): Answer => {
  if (!message) return { state: 'timed out' };
  if (message.type === 'answer') return { state: 'succeeded', body: message.body };
  return { state: 'failed', errorType: message.errorType, body: message.message };
};
