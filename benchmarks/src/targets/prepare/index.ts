/** From a draft to what can be started: one preparation a platform, and which one it is. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFile, upwards } from '../files.ts';
import { packageOf } from '../package-json.ts';
import type { TargetPlatform } from '../target.ts';
import { azureTarget } from './azure.ts';
import type { Prepare } from './context.ts';
import { googleTarget } from './google.ts';
import { lambdaTarget } from './lambda.ts';
import { nodeTarget } from './node.ts';
import { workersTarget } from './workers.ts';

const preparations: Readonly<Record<TargetPlatform, Prepare>> = {
  lambda: lambdaTarget,
  google: googleTarget,
  azure: azureTarget,
  workers: workersTarget,
  node: nodeTarget,
};

/** What a file in a directory says of the functions below it; the first that is there decides. */
const marks: readonly { platform: TargetPlatform; files: readonly string[] }[] = [
  { platform: 'workers', files: ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'] },
  { platform: 'azure', files: ['host.json'] },
  { platform: 'lambda', files: ['template.yaml', 'template.yml', 'serverless.yml', 'serverless.yaml'] },
];

const frameworks: readonly { platform: TargetPlatform; dependency: string }[] = [
  { platform: 'google', dependency: '@google-cloud/functions-framework' },
  { platform: 'azure', dependency: '@azure/functions' },
];

const platformIn = (directory: string): TargetPlatform | undefined => {
  const mark = marks.find(({ files }) => files.some((file) => isFile(join(directory, file))));
  if (mark) return mark.platform;
  const { dependencies } = packageOf(directory);
  const [named, ...others] = frameworks.filter(({ dependency }) => dependencies.has(dependency));
  // A package with functions of several platforms says nothing of this one.
  return others.length === 0 ? named?.platform : undefined;
};

/** Of the framework that the file itself imports. */
const platformInside = (file: string): TargetPlatform | undefined => {
  const text = isFile(file) ? readFileSync(file, 'utf8') : '';
  return frameworks.find(({ dependency }) => text.includes(`'${dependency}'`) || text.includes(`"${dependency}"`))
    ?.platform;
};

/** The nearest project file that tells decides, up to where the checkout begins; `undefined` = none does. */
const platformOf = (file: string): TargetPlatform | undefined => {
  const inside = platformInside(file);
  if (inside !== undefined) return inside;
  for (const directory of upwards(dirname(file))) {
    const platform = platformIn(directory);
    if (platform !== undefined) return platform;
    if (isFile(join(directory, '.git')) || isFile(join(directory, '.git', 'HEAD'))) return undefined;
  }
  return undefined;
};

/** @throws `Trouble` with exit code 2 when it cannot be started */
export const prepare: Prepare = (draft, context) =>
  preparations[draft.platform ?? platformOf(draft.file) ?? 'lambda'](draft, context);
