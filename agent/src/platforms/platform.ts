/** What the agent asks of a platform. Each platform is one file; `index.ts` is their table. */
import type { AttributeValue } from '../invocation.ts';
import type { Start } from '../phases/start.ts';
import type { RemoteParent } from '../trace/remote-parent.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Known when the handler is called; finding it must cost microseconds. */
export interface Call {
  /** The provider's id of this invocation, if it gives one. */
  invocationId: string | null;
  /** Milliseconds that the platform leaves the handler from now, if it says. */
  remainingMs: number | null;
  parent: RemoteParent | null;
}

export interface Platform {
  readonly name: 'lambda' | 'azure' | 'google' | 'plain';
  /** Whether this process runs there. */
  matches(env: Environment): boolean;
  /** @param args what the handler was called with: outside data, of any shape */
  call(env: Environment, args: readonly unknown[]): Call;
  /**
   * Kind of start of the instance's first invocation.
   * @param gapMs from the end of init to the handler's call
   */
  firstStart(env: Environment, gapMs: number, args: readonly unknown[]): Start;
  /** Attributes of the root span, found after the response: `faas.trigger`, the invoked ARN, ... */
  attributes(args: readonly unknown[]): Record<string, AttributeValue | undefined>;
  /** Resource attributes of this instance, asked once, after its first response. */
  resource(env: Environment, args: readonly unknown[]): Record<string, AttributeValue | undefined>;
  /** From process start to the import of the handler, as a multiple of `nodeTiming.bootstrapComplete`. */
  readonly importBegins: number;
}
