/** A project of somebody's, made of files for one test. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Project {
  directory: string;
  path(file: string): string;
  write(files: Readonly<Record<string, string>>): void;
  link(target: string, file: string): void;
  remove(): void;
}

/** @param files texts by path */
export const makeProject = (files: Readonly<Record<string, string>> = {}): Project => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'coldlens-project-')));
  const path = (file: string): string => join(directory, file);
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [file, text] of Object.entries(more)) {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    }
  };
  write(files);
  return {
    directory,
    path,
    write,
    link: (target, file) => symlinkSync(target, path(file)),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
};
