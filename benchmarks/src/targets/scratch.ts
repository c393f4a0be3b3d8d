/** Directories that live as long as a run: what is compiled for it goes there, and they are removed with it. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trouble } from '@coldlens/collector/trouble';

/** Begins the names of directories inside of a project. */
const buildPrefix = '.coldlens-build-';

/** Whether a file was compiled for this run, and is gone after it. */
export const isBuiltHere = (file: string): boolean => file.includes(buildPrefix);

export class Scratch {
  readonly #directories: string[] = [];
  /** Also when a command ends in the middle of things. */
  readonly #atExit = (): void => {
    for (const directory of this.#directories) rmSync(directory, { recursive: true, force: true });
  };

  /** A new directory inside of a project, so that the project's packages are found from it. Git does not see it. */
  async inside(root: string): Promise<string> {
    const directory = await this.#make(join(root, buildPrefix));
    await writeFile(join(directory, '.gitignore'), '*\n');
    return directory;
  }

  /** A new directory apart from everything. */
  apart(): Promise<string> {
    return this.#make(join(tmpdir(), 'coldlens-build-'));
  }

  async remove(): Promise<void> {
    process.off('exit', this.#atExit);
    for (const directory of this.#directories.splice(0)) await rm(directory, { recursive: true, force: true });
  }

  async #make(prefix: string): Promise<string> {
    try {
      const directory = await mkdtemp(prefix);
      if (this.#directories.length === 0) process.once('exit', this.#atExit);
      this.#directories.push(directory);
      return directory;
    } catch (error) {
      throw new Trouble(
        `There is no place for compiled code: ${(error as Error).message}.`,
        'Make the directory writable; it is removed again at the end.',
      );
    }
  }
}
