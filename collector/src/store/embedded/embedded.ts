/**
 * The ClickHouse of a data directory: ours if nobody else has the directory, else that of the process that owns it.
 *
 * One process at a time can own a directory (the engine locks it). The owner writes its port to `server.json`; all
 * others attach to that port. When an owner ends, the next one that needs the data takes over.
 */
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '../../trouble.ts';
import { EngineProcess, type StartOutcome } from './engine-process.ts';
import { configurationOf, type Logins, newLogins } from './logins.ts';
import { readOwner, removeOwner, writeOwner } from './owner-file.ts';
import { servesDirectory } from './probe.ts';

export interface EmbeddedOptions {
  /** How long a directory may be locked by an owner that does not answer (it may be starting or ending). */
  lockPatienceMs?: number;
}

const defaults = { lockPatienceMs: 10_000 } as const;

const configurationPrefix = 'starting-';
/** Longer than a start takes. */
const leftoverMs = 300_000;

const lockPollMs = 100;
const maxPortCollisions = 5;

export interface Location {
  kind: 'embedded' | 'attached';
  url: string;
  logins: Logins;
}

export class EmbeddedClickHouse {
  readonly #dataDirectory: string;
  readonly #options: Required<EmbeddedOptions>;
  #engine: EngineProcess | undefined;
  #logins = newLogins();
  #locating: Promise<Location> | undefined;
  #isClosed = false;

  constructor(dataDirectory: string, options: EmbeddedOptions = {}) {
    this.#options = { ...defaults, ...options };
    this.#dataDirectory = resolve(dataDirectory);
  }

  /**
   * Where the directory is served right now; starts an engine when nobody serves it.
   * @throws {@link Trouble}
   */
  locate(): Promise<Location> {
    this.#locating ??= this.#locate().finally(() => {
      this.#locating = undefined;
    });
    return this.#locating;
  }

  /** Ends the engine if it is ours. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#locating?.catch(() => {});
    await this.#release();
  }

  async #locate(): Promise<Location> {
    if (this.#isClosed) throw new Trouble('The store is closed.', 'Open it again.');
    if (this.#engine?.isAlive) return this.#own(this.#engine);
    await this.#release();
    const directory = await this.#makeDirectory();
    const startedAt = performance.now();
    for (let collisions = 0; ; ) {
      const attached = await this.#attach(directory);
      if (attached !== null) return attached;
      const outcome = await this.#start(directory);
      if (outcome.state === 'running') return await this.#becomeOwner(outcome.engine);
      if (outcome.state === 'missing') throw engineMissing(outcome.detail);
      if (outcome.state === 'failed') throw this.#startFailed(outcome.detail);
      if (outcome.state === 'port-taken' && ++collisions > maxPortCollisions) {
        throw this.#startFailed(`${maxPortCollisions} free ports were taken by others before it could use them`);
      }
      if (outcome.state === 'locked' && performance.now() - startedAt > this.#options.lockPatienceMs)
        throw await this.#locked();
      await sleep(lockPollMs);
    }
  }

  async #makeDirectory(): Promise<string> {
    const directory = join(this.#dataDirectory, 'clickhouse');
    try {
      await mkdir(directory, { recursive: true });
      return await realpath(directory);
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  async #attach(directory: string): Promise<Location | null> {
    const owner = await readOwner(this.#dataDirectory);
    if (owner === null || !(await servesDirectory(owner.port, directory, owner.logins.collector))) return null;
    return { kind: 'attached', url: urlOf(owner.port), logins: owner.logins };
  }

  /** The configuration holds passwords, so it is there only as long as the engine reads it. */
  async #start(directory: string): Promise<StartOutcome> {
    this.#logins = newLogins();
    const place = await mkdtemp(join(dirname(directory), configurationPrefix)).catch((error: unknown) => {
      throw this.#unusable(error);
    });
    const file = join(place, 'engine.xml');
    try {
      await writeFile(file, configurationOf(this.#logins, file), { mode: 0o600 });
      return await EngineProcess.start(directory, file, this.#logins.collector);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }

  async #becomeOwner(engine: EngineProcess): Promise<Location> {
    this.#engine = engine;
    await writeOwner(this.#dataDirectory, { port: engine.port, pid: engine.pid, logins: this.#logins });
    await this.#removeLeftovers();
    return this.#own(engine);
  }

  #own({ port }: EngineProcess): Location {
    return { kind: 'embedded', url: urlOf(port), logins: this.#logins };
  }

  /** Configurations of processes that were killed while they started an engine; young ones may be of those that start one now. */
  async #removeLeftovers(): Promise<void> {
    const names = await readdir(this.#dataDirectory);
    for (const name of names.filter((one) => one.startsWith(configurationPrefix))) {
      const path = join(this.#dataDirectory, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > leftoverMs) await rm(path, { recursive: true, force: true });
    }
  }

  async #release(): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) return;
    this.#engine = undefined;
    await engine.stop();
    await removeOwner(this.#dataDirectory, engine.pid);
  }

  #unusable(error: unknown): Trouble {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return new Trouble(
      `The data directory ${this.#dataDirectory} cannot be made, opened or written to (${reason}).`,
      'Name a directory that you may write to with --data.',
      undefined,
      { cause: error },
    );
  }

  async #locked(): Promise<Trouble> {
    const owner = await readOwner(this.#dataDirectory);
    const who = owner === null ? 'another process' : `another process (its last known engine is pid ${owner.pid})`;
    const where = owner === null ? 'names no port' : `does not answer on 127.0.0.1:${owner.port}`;
    return new Trouble(
      `The data directory ${this.#dataDirectory} is locked by ${who}, which ${where}.`,
      'End that process, or use another directory with --data.',
    );
  }

  #startFailed(detail: string): Trouble {
    return new Trouble(
      `The embedded ClickHouse on ${this.#dataDirectory} did not start: ${detail}.`,
      'Try an empty directory with --data, or a ClickHouse server with --clickhouse URL.',
    );
  }
}

function engineMissing(detail: string): Trouble {
  return new Trouble(
    `The embedded ClickHouse is not installed or does not run on this platform (${detail}).`,
    'Use a ClickHouse server with --clickhouse URL, or install the optional packages chdb and ffi-rs (Linux with glibc, macOS).',
  );
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
