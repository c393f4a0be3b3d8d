/**
 * Where OpenTelemetry's API keeps its parts, if the application has it. Nobody has to import it to look.
 * https://github.com/open-telemetry/opentelemetry-js-api, "global-utils".
 */
const apiKey = Symbol.for('opentelemetry.js.api.1');

/** What the API's context manager holds for a call; immutable. */
export interface Context {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): Context;
}

export interface ContextManager {
  active(): Context;
  with<T>(context: Context, run: () => T): T;
}

/** The application's, if it has one. */
export const contextManager = (): ContextManager | undefined =>
  (globalThis as { [apiKey]?: { context?: ContextManager } })[apiKey]?.context;
