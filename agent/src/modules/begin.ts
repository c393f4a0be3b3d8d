/**
 * Which import is the beginning of the user's code. What comes before it is the runtime: other preloads, and on Lambda
 * the runtime client, which is the main script there and imports the handler from the task root.
 */
import type { Environment } from '../platforms/platform.ts';

const path = process.getBuiltinModule('node:path');

/** One import, as the hooks see it. */
export interface Request {
  specifier: string;
  /** Key of who asked; `null` = Node itself. */
  parentKey: string | null;
  /** Key of what was found; `null` = not yet looked for. */
  key: string | null;
  /** Node calls it the main script. */
  isMain: boolean;
}

export type IsUserCode = (request: Request) => boolean;

const isInside = (folder: string, file: string): boolean =>
  file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** Names that Node gives to code without a file: `node -e`, `node < file`. */
const fileless = /\[(eval\d*|stdin|worker eval)\]$|^REPL/;

/** Where no runtime client comes first, the main script is the user's. */
const main: IsUserCode = ({ isMain, parentKey }) => isMain || (parentKey !== null && fileless.test(parentKey));

/** Lambda: the first file of the task root that is not the runtime client's own, which an image may hold there too. */
const lambda =
  (taskRoot: string, client: string): IsUserCode =>
  ({ specifier, key }) => {
    const file = key ?? specifier.replace(/^file:\/\//, '');
    return path.isAbsolute(file) && isInside(taskRoot, file) && !isInside(client, file);
  };

/** Folder of AWS's runtime client when it is installed beside the function. */
const installedClient = (script: string): string | null => /^.*[\\/]aws-lambda-ric(?=[\\/])/.exec(script)?.[0] ?? null;

/**
 * @param script the main script, an absolute path
 */
export const userCodeOf = (env: Environment, script: string): IsUserCode => {
  const taskRoot = env.LAMBDA_TASK_ROOT;
  if (env.AWS_LAMBDA_RUNTIME_API === undefined || !taskRoot || !env._HANDLER) return main;
  const client = installedClient(script);
  // A main script of the user's own that speaks to the Runtime API itself.
  if (client === null && isInside(taskRoot, script)) return main;
  return lambda(taskRoot, client ?? path.dirname(script));
};
