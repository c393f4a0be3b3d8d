/** Starts serverless functions cold in the platforms' own runtimes, and measures them from outside. */
export { otherAgents } from '@coldlens/agent/vocabulary';
export { type Example, examples, type LambdaExample, lambdaExamples, tellingModules } from './examples.ts';
export { otherRuntimes } from './sandboxes/index.ts';
export type { Instance, ObservedInvocation } from './sandboxes/instance.ts';
export type { LambdaFunction } from './sandboxes/lambda/function.ts';
export { LambdaInstance } from './sandboxes/lambda/instance.ts';
export { findRuntimeClient, type RuntimeClient, runtimeClientNames } from './sandboxes/lambda/runtime-client.ts';
export { Traffic, type TrafficEvents } from './traffic.ts';
