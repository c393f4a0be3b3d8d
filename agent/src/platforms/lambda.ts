/** What AWS Lambda tells a function about itself. */
import type { AttributeValue } from '../invocation.ts';
import { attribute } from '../vocabulary.ts';

/** The parts of Lambda's context object that the agent reads. All optional: a context is outside data. */
export interface LambdaContext {
  awsRequestId?: unknown;
  invokedFunctionArn?: unknown;
}

export const onLambda = (env: NodeJS.ProcessEnv): boolean => env.AWS_LAMBDA_RUNTIME_API !== undefined;

/** Node's architecture names as semantic conventions spell them. */
const archName: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: 'x86', arm: 'arm32' };

const bytesPerMb = 1_048_576;

/** Account id: the fifth field of `arn:aws:lambda:<region>:<account>:function:<name>`. */
const accountOf = (arn: string | null): string | undefined => arn?.split(':')[4] || undefined;

/** Instance id where the platform gives none (SnapStart has no log stream, a plain process nothing at all). */
const processInstanceId = `${process.pid.toString(36)}-${Math.random().toString(36).slice(2, 12)}`;

/** Resource attributes of this instance; unknown ones are left out. */
export const resourceAttributes = (
  env: NodeJS.ProcessEnv,
  invokedArn: string | null,
): Record<string, AttributeValue> => {
  const name = env.AWS_LAMBDA_FUNCTION_NAME ?? env.OTEL_SERVICE_NAME ?? 'unknown_function';
  const memoryMb = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const known: Record<string, AttributeValue | undefined> = {
    [attribute.serviceName]: name,
    [attribute.functionName]: name,
    [attribute.functionVersion]: env.AWS_LAMBDA_FUNCTION_VERSION,
    [attribute.instanceId]: env.AWS_LAMBDA_LOG_STREAM_NAME ?? processInstanceId,
    [attribute.maxMemoryBytes]: memoryMb > 0 ? memoryMb * bytesPerMb : undefined,
    [attribute.platformRuntime]: env.AWS_EXECUTION_ENV?.replace(/^AWS_Lambda_/, ''),
    [attribute.hostArch]: archName[process.arch] ?? process.arch,
    [attribute.runtimeName]: 'nodejs',
    [attribute.runtimeVersion]: process.versions.node,
    'telemetry.sdk.name': 'coldlens',
    'telemetry.sdk.language': 'nodejs',
  };
  if (onLambda(env)) {
    known[attribute.cloudProvider] = 'aws';
    known[attribute.cloudPlatform] = 'aws_lambda';
    known[attribute.cloudRegion] = env.AWS_REGION;
    known[attribute.cloudAccountId] = accountOf(invokedArn);
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Record<
    string,
    AttributeValue
  >;
};
