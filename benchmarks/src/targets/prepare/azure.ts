/** A function app of Azure: one of its functions is called. */
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { usage } from '../../cli/usage.ts';
import { type Code, codeOf, isPlainScript } from '../code.ts';
import type { Draft } from '../draft.ts';
import { type Registration, sourceExports } from '../exports.ts';
import { azureMethods } from '../exports-registered.ts';
import { assertInside, isFile, projectRoot, upwards } from '../files.ts';
import { packageOf } from '../package-json.ts';
import type { Target } from '../target.ts';
import { bounded, commonOf, environmentOf, formatOf, loadable, type PrepareContext } from './context.ts';
import { nodeTarget } from './node.ts';

const usualTimeoutMs = 230_000;
const timeout = { least: 1, most: 3_600_000, what: 'timeout in ms' } as const;
/** An app of more files would be a mistake in the pattern. */
const maxFiles = 1_000;

const isMethod = (method: string): method is keyof typeof azureMethods => Object.hasOwn(azureMethods, method);

/** Of an app with many functions, the one that answers requests stands for its cold start. */
const chosenFunction = (registered: readonly Registration[], draft: Draft, context: PrepareContext): Registration => {
  const known = registered.filter(({ method }) => isMethod(method));
  const names = known.map(({ name }) => name).join(', ');
  if (draft.exported !== undefined) {
    const found = known.find(({ name }) => name === draft.exported);
    // A name that is made when the app runs cannot be read.
    if (found || known.length === 0) return found ?? { method: 'http', name: draft.exported };
    throw usage(`${draft.where} has no function ${draft.exported}.`, `Name one of ${names}.`);
  }
  const chosen = known.find(({ method }) => isMethod(method) && azureMethods[method] === 'azure-http') ?? known[0];
  if (!chosen) {
    throw usage(
      `No function can be found in the code of ${draft.where}.`,
      'Name one: FILE#NAME, as in app.http(NAME).',
    );
  }
  if (known.length > 1) context.note(`${draft.where} has the functions ${names}; ${chosen.name} is called.`);
  return chosen;
};

/** The files of `main`, which may be a pattern. */
const mainFiles = (draft: Draft): string[] => {
  if (!/[*?{}[\]]/.test(draft.file)) return [draft.file];
  const files = globSync(draft.file).filter(isFile).sort();
  if (files.length > 0 && files.length <= maxFiles) return files;
  throw usage(`${files.length} files match ${draft.file}, the main of ${draft.where}.`, 'Build the app, or mend main.');
};

/** One file that loads all, in order, as the worker does. */
const entryOf = async (files: readonly string[], context: PrepareContext): Promise<string> => {
  const [first = '', ...more] = files;
  if (more.length === 0) return loadable(first, context);
  const entry = join(await context.scratch.apart(), 'main.mjs');
  const imports = files.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)});\n`);
  const requires = files.map((file) => `require(${JSON.stringify(file)});\n`);
  const isEsm = files.some((file) => formatOf(file) === 'esm');
  const path = isEsm ? entry : entry.replace(/mjs$/, 'cjs');
  await writeFile(path, (isEsm ? imports : requires).join(''));
  return path;
};

/** Where host.json is. */
const appRootOf = (file: string): string =>
  upwards(dirname(file)).find((directory) => isFile(join(directory, 'host.json'))) ?? projectRoot(file);

export const azureTarget = async (draft: Draft, context: PrepareContext): Promise<Target> => {
  const [first = '', ...more] = mainFiles(draft);
  const code: Code = await codeOf({ ...draft, file: first });
  if (draft.platform === undefined && isPlainScript(code)) return nodeTarget(draft, context);
  for (const file of more) if (draft.projectFile) assertInside(file, draft.projectFile, draft.where);
  const others = await Promise.all(more.map(sourceExports));
  const registered = [code.source, ...others].flatMap(({ registrations }) => registrations);
  const fn = chosenFunction(registered, draft, context);
  const appRoot = draft.appRoot ?? appRootOf(code.file);
  const app = (packageOf(appRoot).name ?? basename(appRoot)).replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-|-$/g, '');
  const trigger = isMethod(fn.method) ? azureMethods[fn.method] : 'azure-http';
  return {
    platform: 'azure',
    ...commonOf({ ...draft, name: `${app || 'app'}/${fn.name}`, trigger }, code, 'azure', context).common,
    appRoot,
    main: relative(appRoot, await entryOf([code.file, ...more], context)),
    sku: 'FlexConsumption',
    timeoutMs: bounded(draft.timeoutMs, usualTimeoutMs, timeout, draft),
    ...environmentOf(draft),
  };
};
