/** A function as somebody described it, before it is known whether it can be started. */
import type { BuildOptions } from 'esbuild';
import type { Budgets } from '../compare/budgets.ts';
import type { AskedEvent, SampleName } from './events.ts';
import type { TargetPlatform } from './target.ts';

export interface Draft {
  /** What reports call it. */
  name: string;
  /** For messages: `Orders in template.yaml`, or the word on the command line. */
  where: string;
  /** Absent = the nearest project file decides. */
  platform?: TargetPlatform;
  /** Absolute; may lack its ending. */
  file: string;
  /** Name of the export, or of the function that it registers; absent = found. */
  exported?: string;
  /** The project file that says so; paths must stay in its project. Absent = a person said so. */
  projectFile?: string;
  /** Lambda: directory of the deployed code. Default: the project's root. */
  taskRoot?: string;
  /** Workers: see `WorkersFunction`. */
  compatibilityDate?: string;
  compatibilityFlags?: readonly string[];
  /** Azure: directory of the app. */
  appRoot?: string;
  memoryMb?: number;
  timeoutMs?: number;
  environment?: Readonly<Record<string, string>>;
  /** What the trigger sends. */
  trigger?: SampleName;
  event?: AskedEvent;
  expect?: string;
  budgets?: Budgets;
  /** How the project's own tool bundles it; absent = as it is, TypeScript compiled. */
  bundle?: BuildOptions;
}

/** What a source has found. */
export interface Found {
  drafts: Draft[];
  /** What was left out or cannot be as in production, one sentence each. */
  notices: string[];
}
