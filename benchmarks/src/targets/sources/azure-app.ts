/** The function app around a `host.json`: its code is the `main` of its package.json. */
import { dirname, resolve } from 'node:path';
import { usage } from '../../cli/usage.ts';
import type { Found } from '../draft.ts';
import { isFile } from '../files.ts';
import { asVariables, at } from '../loose.ts';
import { packageOf } from '../package-json.ts';
import { parseJsonc } from '../parse.ts';
import type { Source } from './source.ts';

/** Settings that Azure's tools set on this machine; those of production are not in the project. */
const localSettings = 'local.settings.json';

const read = async (path: string): Promise<Found> => {
  // Only to refuse what the platform would refuse: nothing in it changes how a function starts.
  await parseJsonc(path);
  const appRoot = dirname(path);
  const { main, name } = packageOf(appRoot);
  if (main === undefined) {
    throw usage(
      `The package.json beside ${path} has no main, which names the app's code.`,
      'Set main, such as src/functions/*.js.',
    );
  }
  const settings = resolve(appRoot, localSettings);
  const values = isFile(settings) ? at(await parseJsonc(settings), 'Values') : {};
  return {
    drafts: [
      {
        name: name ?? 'app',
        where: path,
        platform: 'azure',
        projectFile: path,
        file: resolve(appRoot, main),
        appRoot,
        environment: asVariables(values),
      },
    ],
    notices: [],
  };
};

export const azureApp: Source = { title: 'host.json', usualNames: ['host.json'], pattern: /^host\.json$/i, read };
