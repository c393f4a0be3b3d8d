/** What the platform knows of a deployed function, and the environment that it starts an instance with. */
import { randomBytes } from 'node:crypto';

export interface LambdaFunction {
  name: string;
  /** Directory of the code: `LAMBDA_TASK_ROOT`. */
  taskRoot: string;
  /** `file.export`, relative to the task root. */
  handler: string;
  /** 128 to 10,240. Recorded and billed; CPU is not limited by it. */
  memoryMb: number;
  /** Milliseconds after which an invocation is cut off, 1 to 900,000. */
  timeoutMs: number;
  /** The user's own variables. */
  environment?: Readonly<Record<string, string>>;
}

/** The account of AWS's own documentation examples. */
export const exampleAccount = '123456789012';
export const exampleRegion = 'us-east-1';

export const functionArn = (name: string): string =>
  `arn:aws:lambda:${exampleRegion}:${exampleAccount}:function:${name}`;

const logStream = (): string => {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
};

/**
 * Environment of a new instance. Nothing of ours leaks in: a single variable such as `NODE_EXTRA_CA_CERTS` makes Node
 * start 40 ms later.
 */
export const instanceEnvironment = (fn: LambdaFunction, runtimeApi: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  LAMBDA_TASK_ROOT: fn.taskRoot,
  _HANDLER: fn.handler,
  AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
  AWS_REGION: exampleRegion,
  AWS_DEFAULT_REGION: exampleRegion,
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream(),
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  ...fn.environment,
});
