/**
 * The layer's external extension. It takes the agent's spans on loopback, so that they need not leave the instance before
 * the freeze; hears the platform's telemetry; and sends both on while the function is at work, or at the end.
 *
 * What it may cost: after an instance's first invocation it waits for the agent's spans before it lets the platform freeze,
 * so that no cold start is lost; a few milliseconds, and never more than {@link graceMs} after the runtime is done. Later
 * invocations wait for nothing. An extension that ends takes the function with it, so whatever happens here is said
 * once, and the loop goes on.
 *
 * Managed Instances never freeze, and tell an extension of nothing but the shutdown: there it sends by the clock.
 */
import { endpointOf, extensionEndpoint, isDisabled, isEndpointConfigured } from '../export/endpoint.ts';
import { tokenOf } from '../export/token.ts';
import { memoryBytes } from '../platforms/common.ts';
import type { Environment } from '../platforms/platform.ts';
import { attribute } from '../vocabulary.ts';
import { warnOnce } from '../warn.ts';
import { listen } from './listener.ts';
import { Outbox } from './outbox.ts';
import { type LambdaEvent, PlatformApi } from './platform-api.ts';
import { Relay } from './relay.ts';

/** The file's name in `/opt/extensions`: the platform knows an external extension by it. */
const extensionName = 'coldlens';
/** How long the agent's spans may take once the runtime is done. */
const graceMs = 50;
/** The platform's last report comes within its buffering time after the thaw. */
const lastReportMaxMs = 300;
/** Where the extension is not told of invocations, it looks this often whether something is to be sent. */
const lookMs = 1_000;
/** Left of the shutdown's time for ending in order. */
const endMarginMs = 200;

const env: Environment = process.env;
const isManagedInstance = env.AWS_LAMBDA_INITIALIZATION_TYPE === 'lambda-managed-instances';

const endpoint = () => {
  if (isEndpointConfigured(env)) return endpointOf(env, tokenOf(env));
  if (!isDisabled(env)) warnOnce('endpoint', 'COLDLENS_ENDPOINT is not set, so the extension sends nothing.');
  return null;
};

/** What an extension can know of the function: enough for the platform's span to find its invocation. */
const resourceOf = (invokedArn: string | undefined) => ({
  [attribute.cloudProvider]: 'aws',
  [attribute.cloudPlatform]: 'aws_lambda',
  [attribute.cloudRegion]: env.AWS_REGION,
  [attribute.cloudAccountId]: invokedArn?.split(':')[4],
  [attribute.functionName]: env.AWS_LAMBDA_FUNCTION_NAME,
  [attribute.functionVersion]: env.AWS_LAMBDA_FUNCTION_VERSION,
  [attribute.maxMemoryBytes]: memoryBytes(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE),
});

/** Log lines are asked for only where the agent may write its spans there: the platform delivers every one of them. */
const telemetryTypes = (): string[] => {
  const isSentToUs = env.COLDLENS_EXPORT
    ? env.COLDLENS_EXPORT !== 'stdout'
    : env.AWS_LAMBDA_EXEC_WRAPPER === '/opt/coldlens';
  return isSentToUs ? ['platform'] : ['platform', 'function'];
};

const port = Number(extensionEndpoint().url.port);

/** @returns whether telemetry comes */
const open = async (api: PlatformApi, identifier: string, relay: Relay): Promise<boolean> => {
  try {
    await listen(port, { '/v1/traces': relay.hearSpans, '/telemetry': relay.hearTelemetry });
    return await api.subscribe(identifier, port, telemetryTypes());
  } catch (error) {
    warnOnce('open', `the extension hears nothing, the function is not affected: ${error}`);
    return false;
  }
};

/** The first invocation's spans are on their way when the response is out; without them the platform would freeze. */
const awaitColdStart = async (relay: Relay, { requestId, deadlineUnixMs }: LambdaEvent): Promise<void> => {
  if (!requestId) return;
  const isDone = await relay.until(requestId, ['agent spans', 'runtime done'], deadlineUnixMs - Date.now());
  if (isDone) await relay.until(requestId, ['agent spans'], graceMs);
};

/** A request that was under way before may hang for longer than there is time. */
const within = (maxMs: number, work: Promise<void>): Promise<void> =>
  Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, maxMs)))]);

const run = async (): Promise<void> => {
  const api = new PlatformApi(env.AWS_LAMBDA_RUNTIME_API ?? '', isManagedInstance);
  // The shell that started us may have registered already.
  const identifier = env.COLDLENS_EXTENSION_ID || (await api.register(extensionName));
  const relay = new Relay(new Outbox(endpoint()));
  const hasTelemetry = await open(api, identifier, relay);
  if (isManagedInstance) {
    relay.describe(resourceOf(undefined));
    setInterval(() => relay.sendInPassing(), lookMs).unref();
  }
  let last: string | undefined;
  for (;;) {
    const event = await api.next(identifier);
    if (event.type === 'SHUTDOWN') {
      const leftMs = (): number => event.deadlineUnixMs - endMarginMs - Date.now();
      if (last && hasTelemetry) await relay.until(last, ['report'], Math.min(lastReportMaxMs, leftMs()));
      await within(leftMs(), relay.sendAll(leftMs()));
      return;
    }
    const isFirst = last === undefined;
    last = event.requestId ?? '';
    relay.watch(last);
    if (isFirst) relay.describe(resourceOf(event.invokedArn));
    relay.sendInPassing();
    if (isFirst && hasTelemetry) await awaitColdStart(relay, event);
  }
};

process.on('uncaughtException', (error) => warnOnce('uncaught', `the extension failed: ${error}`));
process.on('unhandledRejection', (error) => warnOnce('unhandled', `the extension failed: ${error}`));
// The loop's end is the shutdown's; without a registration nothing can be done at all.
run().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`coldlens: the extension could not go on: ${error}`);
    process.exit(1);
  },
);
