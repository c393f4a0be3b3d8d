/** The function of a package that depends on Google's functions framework. */
import { dirname, resolve } from 'node:path';
import { quoted } from '../../cli/readers.ts';
import type { Found } from '../draft.ts';
import { packageOf } from '../package-json.ts';
import type { Source } from './source.ts';

export const framework = '@google-cloud/functions-framework';

const read = async (path: string): Promise<Found> => {
  const root = dirname(path);
  const { dependencies, main, name, startScript } = packageOf(root);
  if (!dependencies.has(framework))
    return { drafts: [], notices: [`${path} does not depend on ${quoted(framework)}.`] };
  const source = /--source[= ]["']?([^\s"']+)/.exec(startScript)?.[1];
  // The framework's own order: function.js comes where there is no main, but index.js is what everybody has.
  const file = resolve(root, source ?? main ?? 'index.js');
  return {
    drafts: [{ name: name ?? 'function', where: path, platform: 'google', projectFile: path, file }],
    notices: [],
  };
};

export const googlePackage: Source = {
  title: 'package.json',
  usualNames: ['package.json'],
  pattern: /^package\.json$/i,
  read,
};
