/** The kinds of project files, in the order in which a directory is searched for them. */
import { join } from 'node:path';
import { isFile } from '../files.ts';
import { packageOf } from '../package-json.ts';
import { azureApp } from './azure-app.ts';
import { framework, googlePackage } from './google-package.ts';
import { sam } from './sam.ts';
import { serverless } from './serverless.ts';
import type { Source } from './source.ts';
import { wrangler } from './wrangler.ts';

export const sources: readonly Source[] = [sam, serverless, wrangler, azureApp, googlePackage];

export interface ProjectFile {
  source: Source;
  path: string;
}

/** All that say something of functions. */
export const projectFilesIn = (directory: string): ProjectFile[] =>
  sources.flatMap((source): ProjectFile[] => {
    const path = source.usualNames.map((name) => join(directory, name)).find(isFile);
    if (path === undefined) return [];
    // Every project has a package.json; few are Google's.
    if (source === googlePackage && !packageOf(directory).dependencies.has(framework)) return [];
    return [{ source, path }];
  });
