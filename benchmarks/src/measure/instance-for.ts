/** The sandbox that starts a target under a condition: one fresh instance, not yet started. */
import { AzureInstance } from '../sandboxes/azure/instance.ts';
import { GoogleInstance } from '../sandboxes/google/instance.ts';
import type { Instance, NodeChoice } from '../sandboxes/instance.ts';
import { LambdaInstance } from '../sandboxes/lambda/instance.ts';
import { findRuntimeClient, type RuntimeClient } from '../sandboxes/lambda/runtime-client.ts';
import { NodeInstance } from '../sandboxes/node/instance.ts';
import { WorkersInstance } from '../sandboxes/workers/instance.ts';
import type { Target, TargetPlatform } from '../targets/target.ts';
import type { Condition } from './sample.ts';

type TargetOf<Platform extends TargetPlatform> = Extract<Target, { platform: Platform }>;

let client: RuntimeClient | undefined;

/** What runs Lambda targets, looked for once. */
export const lambdaClient = (): RuntimeClient => {
  client ??= findRuntimeClient();
  return client;
};

const nodeOf = ({ node }: Condition): NodeChoice => (node === undefined ? {} : { node });

const instances: { [Platform in TargetPlatform]: (target: TargetOf<Platform>, condition: Condition) => Instance } = {
  lambda: (target, condition) => {
    const fn = { ...target, memoryMb: condition.memoryMb ?? target.memoryMb };
    return new LambdaInstance(fn, lambdaClient(), { ...nodeOf(condition), limitCpu: condition.limitCpu === true });
  },
  google: (target, condition) => new GoogleInstance(target, nodeOf(condition)),
  azure: (target, condition) => new AzureInstance({ ...target, root: target.appRoot }, nodeOf(condition)),
  // The name `event` is the body of the event in a target, and the kind of handler in the sandbox.
  workers: (target) => new WorkersInstance({ ...target, event: target.handler }),
  node: (target, condition) => new NodeInstance(target, nodeOf(condition)),
};

/**
 * @param condition what it says of memory and CPU holds on Lambda; Workers take nothing but its environment
 * @returns an instance to start once and to stop, whatever became of the start
 */
export const instanceFor = (target: Target, condition: Condition): Instance => {
  const environment = { ...target.environment, ...condition.environment };
  const make = instances[target.platform] as (target: Target, condition: Condition) => Instance;
  return make({ ...target, environment }, condition);
};
