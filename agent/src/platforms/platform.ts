/**
 * What the agent asks of a platform. Each platform is one file; `index.ts` is their table. All of it is asked after the
 * response, but for `remainingMs`.
 */
import type { Attributes, AttributeValue } from '../invocation.ts';
import type { Start } from '../phases/start.ts';
import type { RemoteParent } from '../trace/remote-parent.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a call says of itself. */
export interface Call {
  /** The provider's id of this invocation, if it gives one. */
  invocationId: string | null;
  parent: RemoteParent | null;
}

export interface Platform {
  readonly name: 'lambda' | 'azure' | 'google' | 'plain';
  /** Whether this process runs there. */
  matches(env: Environment): boolean;
  /** Milliseconds that the platform leaves the handler from now, if it says. */
  remainingMs(args: readonly unknown[], env: Environment): number | null;
  /**
   * @param args what the handler was called with: outside data, of any shape
   * @param xRayHeader value of `_X_AMZN_TRACE_ID` at the call
   */
  call(args: readonly unknown[], xRayHeader: string | undefined): Call;
  /**
   * Kind of start of the instance's first invocation.
   * @param gapMs from the end of init to the handler's call
   */
  firstStart(env: Environment, gapMs: number, args: readonly unknown[]): Start;
  /** Whether the process was started before it was given to this instance: then its start says nothing. */
  startedAsPlaceholder?(env: Environment): boolean;
  /** Name of the called function within its app, where an instance serves several; spans carry `<app>/<name>`. */
  functionOf?(args: readonly unknown[]): string | undefined;
  /** Attributes of the root span: `faas.trigger`, the invoked ARN, ... */
  attributes(args: readonly unknown[]): Record<string, AttributeValue | undefined>;
  /** Folder that holds what was deployed. */
  packageRoot?(env: Environment): string | undefined;
  /**
   * Attributes of the instance's first root span: what the platform gives the function.
   * @param calledUnixMs when the handler was called
   */
  deployment?(env: Environment, args: readonly unknown[], calledUnixMs: number): Attributes;
  /** Resource attributes of this instance, asked once, after its first response. */
  resource(env: Environment, args: readonly unknown[]): Record<string, AttributeValue | undefined>;
  /** Resource attributes that have to be asked for, once, before the first export. Never rejects; bounded in time. */
  lookUp?(env: Environment): Promise<Attributes>;
  /** From process start to the import of the handler, as a multiple of `nodeTiming.bootstrapComplete`. */
  readonly importBegins: number;
}
