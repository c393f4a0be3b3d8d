/** What the platform knows of a deployed function, and the environment that it starts an instance with. */
import { randomBytes } from 'node:crypto';
import { delimiter, join } from 'node:path';
import type { NodeChoice } from '../instance.ts';
import { nodeMajor } from '../node-version.ts';
import type { InitializationType } from './rules.ts';

export interface LambdaFunction {
  name: string;
  /** Directory of the code: `LAMBDA_TASK_ROOT`. */
  taskRoot: string;
  /** `file.export`, relative to the task root. */
  handler: string;
  /** 128 to 10,240. Recorded and billed; CPU follows it where the instance is asked to limit it. */
  memoryMb: number;
  /** Milliseconds after which an invocation is cut off, 1 to 900,000. */
  timeoutMs: number;
  /** The user's own variables. */
  environment?: Readonly<Record<string, string>>;
}

/** How an instance is started, as far as its environment shows it. */
export interface Start extends NodeChoice {
  initializationType: InitializationType;
  /** Stands in for `/opt`. */
  optDirectory?: string | undefined;
  /** Of Managed Instances. */
  maxConcurrency?: number | undefined;
}

/** The account of AWS's own documentation examples. */
export const exampleAccount = '123456789012';
export const exampleRegion = 'us-east-1';

export const functionArn = (name: string): string =>
  `arn:aws:lambda:${exampleRegion}:${exampleAccount}:function:${name}`;

/** Name of the log stream that is an instance's alone; telemetry calls it the instance's id. */
export const newLogStream = (): string => {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
};

/**
 * Environment of a new instance. Nothing of ours leaks in: a single variable such as `NODE_EXTRA_CA_CERTS` makes Node
 * start 40 ms later.
 */
export const instanceEnvironment = (
  fn: LambdaFunction,
  runtimeApi: string,
  { initializationType, optDirectory, maxConcurrency, node = process.execPath }: Start = {
    initializationType: 'on-demand',
  },
): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  LAMBDA_TASK_ROOT: fn.taskRoot,
  _HANDLER: fn.handler,
  AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${nodeMajor(node)}.x`,
  AWS_REGION: exampleRegion,
  AWS_DEFAULT_REGION: exampleRegion,
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: initializationType,
  // Copies of one snapshot share its environment, but not a log stream.
  ...(initializationType !== 'snap-start' && {
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: newLogStream(),
  }),
  ...(maxConcurrency !== undefined && { AWS_LAMBDA_MAX_CONCURRENCY: String(maxConcurrency) }),
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  ...(optDirectory !== undefined && { NODE_PATH: nodePath(optDirectory, fn.taskRoot, node) }),
  ...fn.environment,
});

/** Where `require` (never `import`) looks for what layers bring, in the platform's order. */
const nodePath = (optDirectory: string, taskRoot: string, node: string): string =>
  [
    join(optDirectory, `nodejs/node${nodeMajor(node)}/node_modules`),
    join(optDirectory, 'nodejs/node_modules'),
    taskRoot,
  ].join(delimiter);

/** Not for extensions, says https://docs.aws.amazon.com/lambda/latest/dg/lambda-extensions.html */
const runtimeOnly: readonly string[] = [
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'LAMBDA_TASK_ROOT',
  'NODE_PATH',
  '_HANDLER',
];

/** What an external extension sees of the instance's environment. */
export const extensionEnvironment = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !runtimeOnly.includes(name)));
