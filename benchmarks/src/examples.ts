/** The example functions of the demo, the tests and the docs: one row each, of clearly different weight. */
import { fileURLToPath } from 'node:url';
import type { AzureFunction } from './sandboxes/azure/function.ts';
import type { GoogleFunction } from './sandboxes/google/function.ts';
import type { LambdaFunction } from './sandboxes/lambda/function.ts';
import type { WorkersFunction } from './sandboxes/workers/function.ts';

interface Common {
  /** Why it is here: what makes its cold start what it is. */
  lesson: string;
  /** Share of the demo's traffic, relative to the others. */
  trafficWeight: number;
}

/** A function of each platform, as its sandbox wants it. */
export type LambdaExample = Common & LambdaFunction & { platform: 'lambda' };
export type GoogleExample = Common & GoogleFunction & { platform: 'google' };
export type AzureExample = Common & AzureFunction & { platform: 'azure' };
export type WorkersExample = Common & WorkersFunction & { platform: 'workers' };
export type Example = LambdaExample | GoogleExample | AzureExample | WorkersExample;

const directory = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

const timeoutMs = 30_000;
const defaults = { platform: 'lambda', handler: 'handler.handler', timeoutMs } as const;

export const lambdaExamples: readonly LambdaExample[] = [
  {
    ...defaults,
    name: 'hello',
    taskRoot: directory('hello'),
    memoryMb: 128,
    lesson: 'nothing but the runtime itself',
    trafficWeight: 10,
  },
  {
    ...defaults,
    name: 'thumbnails',
    taskRoot: directory('thumbnails'),
    memoryMb: 1024,
    lesson: 'requires a large SDK',
    trafficWeight: 6,
  },
  {
    ...defaults,
    name: 'weekly-report',
    taskRoot: directory('weekly-report'),
    memoryMb: 512,
    lesson: 'imports hundreds of ES modules to use two functions',
    trafficWeight: 1,
  },
  {
    ...defaults,
    name: 'tax-table',
    taskRoot: directory('tax-table'),
    memoryMb: 512,
    lesson: 'computes at module scope',
    trafficWeight: 4,
  },
  {
    ...defaults,
    name: 'orders-bundled',
    taskRoot: directory('dist/orders-bundled'),
    memoryMb: 1024,
    lesson: 'the same large SDK, bundled to a single file',
    trafficWeight: 6,
  },
  {
    ...defaults,
    name: 'payment-webhook',
    taskRoot: directory('payment-webhook'),
    memoryMb: 256,
    lesson: 'throws now and then',
    trafficWeight: 8,
  },
  {
    ...defaults,
    name: 'legacy-callback',
    taskRoot: directory('legacy-callback'),
    memoryMb: 256,
    lesson: 'a callback handler, which runtimes from Node 24 on reject without the wrapper',
    trafficWeight: 3,
  },
];

export const examples: readonly Example[] = [
  ...lambdaExamples,
  {
    platform: 'google',
    name: 'google-signup',
    source: directory('google-signup/handler.mjs'),
    target: 'handler',
    signature: 'http',
    generation: 2,
    timeoutMs,
    lesson: "Google's own framework takes most of the start",
    trafficWeight: 4,
  },
  {
    platform: 'azure',
    name: 'azure-invoices/create',
    root: directory('azure-invoices'),
    main: 'app.cjs',
    sku: 'FlexConsumption',
    timeoutMs,
    lesson: 'measured through the hooks of its app, with no handler touched',
    trafficWeight: 4,
  },
  {
    platform: 'workers',
    name: 'workers-redirect',
    script: directory('dist/workers-redirect/worker.mjs'),
    timeoutMs,
    lesson: 'an isolate, whose platform shows nobody how it starts',
    trafficWeight: 6,
  },
];

/** The same function started with the agent's register, which tells every module that it loads; only Node on Lambda takes it so. */
export const tellingModules = (example: Example): Example =>
  example.platform === 'lambda'
    ? {
        ...example,
        environment: {
          ...example.environment,
          NODE_OPTIONS: `--import ${import.meta.resolve('@coldlens/agent/register')}`,
        },
      }
    : example;
