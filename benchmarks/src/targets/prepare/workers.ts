/** A Worker of Cloudflare, bundled to the one ES module that the sandbox takes. */
import type { BuildOptions } from 'esbuild';
import { usage } from '../../cli/usage.ts';
import { type Code, codeOf } from '../code.ts';
import { compile } from '../compile.ts';
import type { Draft } from '../draft.ts';
import { type SampleName, sampleEvent } from '../events.ts';
import type { Target, WorkersTarget } from '../target.ts';
import { bounded, commonOf, environmentOf, type PrepareContext } from './context.ts';

type Handler = WorkersTarget['handler'];
const handlers: readonly Handler[] = ['fetch', 'scheduled', 'queue'];

const usualTimeoutMs = 30_000;
const timeout = { least: 1, most: 900_000, what: 'timeout in ms' } as const;

/** As wrangler bundles. */
const bundle: BuildOptions = {
  packages: 'bundle',
  platform: 'browser',
  conditions: ['workerd', 'worker', 'browser'],
  mainFields: ['browser', 'module', 'main'],
  external: ['node:*', 'cloudflare:*'],
  target: 'es2024',
};

/** The handlers that the default export has; all, when that cannot be seen. */
const handlersOf = ({ file, source }: Code): readonly Handler[] => {
  const main = source.exports.find(({ name }) => name === 'default');
  if (!main && source.isComplete) {
    throw usage(`${file} has no default export, so it is no Worker.`, 'Write export default { fetch() { ... } }.');
  }
  const { keys } = main ?? {};
  return keys ? handlers.filter((handler) => keys.includes(handler)) : handlers;
};

export const workersTarget = async (draft: Draft, context: PrepareContext): Promise<Target> => {
  const code = await codeOf(draft);
  const there = handlersOf(code);
  const asked = handlers.find((handler) => handler === draft.exported);
  if (draft.exported !== undefined && (asked === undefined || !there.includes(asked))) {
    throw usage(`${code.file} has no handler ${draft.exported}.`, `Name one of ${there.join(', ')}.`);
  }
  const [first] = there;
  if (first === undefined)
    throw usage(`${code.file} has none of ${handlers.join(', ')}.`, 'Add one of these handlers.');
  const trigger: SampleName = asked ?? first;
  const { common, sample } = commonOf({ ...draft, trigger }, code, 'workers', context);
  const handler = sample.handler ?? sampleEvent(trigger).handler ?? 'fetch';
  if (!there.includes(handler)) {
    throw usage(`${code.file} has no ${handler} handler for this event.`, `It has ${there.join(', ')}.`);
  }
  return {
    platform: 'workers',
    ...common,
    handler,
    ...(draft.compatibilityDate !== undefined && { compatibilityDate: draft.compatibilityDate }),
    ...(draft.compatibilityFlags !== undefined && { compatibilityFlags: draft.compatibilityFlags }),
    script: await compile(code.file, await context.scratch.apart(), 'esm', bundle),
    timeoutMs: bounded(draft.timeoutMs, usualTimeoutMs, timeout, draft),
    ...environmentOf(draft),
  };
};
