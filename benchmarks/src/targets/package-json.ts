/** What a package.json says of a project, as far as it decides how a function is started. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRecord, asText, at } from './loose.ts';

export interface Package {
  name: string | undefined;
  type: string | undefined;
  main: string | undefined;
  startScript: string;
  /** Names of all packages that it depends on. */
  dependencies: ReadonlySet<string>;
}

/** One that is not there or is broken says nothing: npm and Node tell about those. */
export const packageOf = (directory: string): Package => {
  const manifest = read(join(directory, 'package.json'));
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return {
    name: asText(at(manifest, 'name')),
    type: asText(at(manifest, 'type')),
    main: asText(at(manifest, 'main')),
    startScript: asText(at(manifest, 'scripts', 'start')) ?? '',
    dependencies: new Set(kinds.flatMap((kind) => Object.keys(asRecord(at(manifest, kind))))),
  };
};

const read = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
