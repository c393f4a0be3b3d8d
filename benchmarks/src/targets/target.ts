/** What is started cold: one handler in its platform's runtime. */
import type { AzureFunction } from '../sandboxes/azure/function.ts';
import type { GoogleFunction } from '../sandboxes/google/function.ts';
import type { LambdaFunction } from '../sandboxes/lambda/function.ts';
import type { WorkersFunction } from '../sandboxes/workers/function.ts';

export const targetPlatforms = ['lambda', 'google', 'azure', 'workers', 'node'] as const;
export type TargetPlatform = (typeof targetPlatforms)[number];

/** A script that runs and ends by itself: `node file.js`. */
export interface NodeProgram {
  name: string;
  /** Absolute path of the script. */
  script: string;
  args: readonly string[];
  /** Milliseconds after which it hangs. */
  timeoutMs: number;
  environment?: Readonly<Record<string, string>>;
}

interface Common {
  /** Unique among the targets of a run; what reports call it. */
  name: string;
  /** The handler's source file as a person knows it, absolute: for messages, and for what-ifs that edit it. */
  file: string;
  /** Directory of the project that it belongs to: the nearest package.json above the file, else the file's own folder. */
  root: string;
  /** Body of the event that it is called with, JSON. */
  event: string;
  /** The answer must contain this text; `undefined` = any answer that is no failure. */
  expect?: string;
}

export type LambdaTarget = Common & { platform: 'lambda' } & LambdaFunction;
export type GoogleTarget = Common & { platform: 'google' } & GoogleFunction;
export type AzureTarget = Common & { platform: 'azure' } & Omit<AzureFunction, 'root'> & { appRoot: string };
export type WorkersTarget = Common & { platform: 'workers' } & Omit<WorkersFunction, 'event'> & {
    /** Which of its handlers is called. */
    handler: NonNullable<WorkersFunction['event']>;
  };
export type NodeTarget = Common & { platform: 'node' } & NodeProgram;

export type Target = LambdaTarget | GoogleTarget | AzureTarget | WorkersTarget | NodeTarget;
