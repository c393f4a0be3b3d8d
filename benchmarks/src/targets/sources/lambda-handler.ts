/** Lambda's notation of a handler: `src/app.handler`. */
import { basename, dirname, resolve } from 'node:path';

/** @returns `undefined` when it is no such notation */
export const lambdaFile = (taskRoot: string, handler: string): { file: string; exported: string } | undefined => {
  // As the runtime client reads it: the first dot of the last part ends the file.
  const [, file, exported] = /^([^.]+)\.(.+)$/.exec(basename(handler)) ?? [];
  if (file === undefined || exported === undefined) return undefined;
  return { file: resolve(taskRoot, dirname(handler), file), exported };
};
