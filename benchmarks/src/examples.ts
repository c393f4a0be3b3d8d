/** The example functions of the demo, the tests and the docs: one row each, of clearly different weight. */
import { fileURLToPath } from 'node:url';
import type { LambdaFunction } from './sandboxes/lambda/function.ts';

export interface Example extends LambdaFunction {
  /** Why it is here: what makes its cold start what it is. */
  lesson: string;
  /** Share of the demo's traffic, relative to the others. */
  trafficWeight: number;
}

const directory = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

const defaults = { handler: 'handler.handler', timeoutMs: 30_000 };

export const examples: readonly Example[] = [
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
