/** A disk of a few megabytes that can be filled: a tmpfs, which takes root to mount. */
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const blockBytes = 64 * 1024;

export class TinyDisk {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @returns why there is none, where this machine does not let us mount one */
  static async mount(megabytes: number): Promise<TinyDisk | string> {
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'coldlens-faults', directory]);
      return new TinyDisk(directory);
    } catch (error) {
      await rm(directory, { recursive: true });
      return `no small disk can be mounted here (${(error as Error).message.split('\n')[0]})`;
    }
  }

  get #filler(): string {
    return join(this.directory, 'filler');
  }

  /** Leaves so many bytes free. */
  async fill(leave: number): Promise<void> {
    const file = await open(this.#filler, 'w');
    try {
      for (let at = 0; ; at += blockBytes) {
        const { bavail, bsize } = await statfs(this.directory);
        const free = bavail * bsize - leave;
        if (free < 4_096) return;
        await file.write(Buffer.alloc(Math.min(blockBytes, free)), 0, undefined, at);
      }
    } finally {
      await file.close();
    }
  }

  async makeRoom(): Promise<void> {
    await rm(this.#filler);
  }

  async unmount(): Promise<void> {
    await run('umount', ['--lazy', this.directory]);
    await rm(this.directory, { recursive: true });
  }
}
