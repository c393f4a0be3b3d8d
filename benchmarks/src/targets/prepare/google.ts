/** A function of Google Cloud. */
import type { GoogleFunction } from '../../sandboxes/google/function.ts';
import { type Code, chosenExport, codeOf, isPlainScript } from '../code.ts';
import type { Draft } from '../draft.ts';
import { googleMethods } from '../exports-registered.ts';
import { projectRoot } from '../files.ts';
import { packageOf } from '../package-json.ts';
import type { Target } from '../target.ts';
import { bounded, commonOf, environmentOf, loadable, type PrepareContext } from './context.ts';
import { nodeTarget } from './node.ts';

const usualTimeoutMs = 60_000;
const timeout = { least: 1_000, most: 3_600_000, what: 'timeout in ms' } as const;

type Signature = GoogleFunction['signature'];

interface Entry {
  target: string;
  /** `null` = the code does not say. */
  signature: Signature | null;
}

/** An option of the framework on the project's start script. */
const flag = (script: string, name: string): string | undefined =>
  new RegExp(`--${name}[= ]["']?([\\w.$-]+)`).exec(script)?.[1];

/** Registered under a name, or exported. */
const entryOf = (code: Code, asked: string | undefined): Entry => {
  const registered = code.source.registrations.flatMap(({ method, name }) =>
    Object.hasOwn(googleMethods, method)
      ? [{ target: name, signature: googleMethods[method as keyof typeof googleMethods] }]
      : [],
  );
  const found = asked === undefined ? registered[0] : registered.find(({ target }) => target === asked);
  if (found && (asked !== undefined || registered.length === 1)) return found;
  return { target: chosenExport(code, asked ?? found?.target) ?? 'function', signature: null };
};

const signatures: readonly Signature[] = ['http', 'cloudevent', 'event'];

export const googleTarget = async (draft: Draft, context: PrepareContext): Promise<Target> => {
  const code = await codeOf(draft);
  if (draft.platform === undefined && isPlainScript(code)) return nodeTarget(draft, context);
  const { startScript } = packageOf(projectRoot(code.file));
  const { target, signature } = entryOf(code, draft.exported ?? flag(startScript, 'target'));
  const { common, sample } = commonOf(
    { trigger: signature === 'cloudevent' ? 'pubsub' : 'http', ...draft },
    code,
    'google',
    context,
  );
  const said = signatures.find((known) => known === flag(startScript, 'signature-type'));
  const chosen = signature ?? said ?? sample.signature ?? 'http';
  return {
    platform: 'google',
    ...common,
    source: await loadable(code.file, context),
    target,
    signature: chosen,
    // Background functions are those of the 1st generation.
    generation: chosen === 'event' ? 1 : 2,
    timeoutMs: bounded(draft.timeoutMs, usualTimeoutMs, timeout, draft),
    ...environmentOf(draft),
  };
};
