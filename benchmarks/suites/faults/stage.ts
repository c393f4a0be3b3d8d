/** What every case stands on: ClickHouse, the network before it, and for each case a collector with a buffer of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@coldlens/collector/free-port';
import { ClickHouse } from './clickhouse.ts';
import { CollectorProcess } from './collector.ts';
import type { ProcessOptions } from './collector-process.ts';
import { Load, type LoadOptions } from './load.ts';
import { Network } from './network.ts';
import { forgetSealer, keepEveryRow } from './verify.ts';

/** One case's own. */
export interface Scene {
  clickhouse: ClickHouse;
  network: Network;
  bufferDirectory: string;
  port: number;
  name: string;
  load: Load;
  /** Of the load's requests, where a case wants others than the usual ones. */
  startCollector(more?: Partial<ProcessOptions>): Promise<CollectorProcess>;
}

export class Stage {
  readonly #directory: string;
  readonly clickhouse: ClickHouse;
  readonly network: Network;
  readonly #collectors: CollectorProcess[] = [];

  private constructor(directory: string, clickhouse: ClickHouse, network: Network) {
    this.#directory = directory;
    this.clickhouse = clickhouse;
    this.network = network;
  }

  /** @param clickhouseIn a directory of its own for ClickHouse's data */
  static async raise(clickhouseIn?: string): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-faults-'));
    const clickhouse = new ClickHouse(clickhouseIn ?? join(directory, 'clickhouse'), await freePort());
    await clickhouse.start();
    return new Stage(directory, clickhouse, await Network.open(clickhouse.port));
  }

  /** @param slug names the function whose invocations are sent, and the buffer */
  async scene(slug: string, loadOptions: Partial<LoadOptions> = {}, bufferIn?: string): Promise<Scene> {
    const port = await freePort();
    const name = `fault-${slug}`;
    const bufferDirectory = bufferIn ?? join(this.#directory, slug);
    this.network.set({});
    return {
      ...{ port, name, bufferDirectory, clickhouse: this.clickhouse, network: this.network },
      load: new Load({ port, name, ...loadOptions }),
      startCollector: async (more = {}) => {
        const collector = await CollectorProcess.start({
          clickhouse: `${this.network.url}/coldlens`,
          port,
          bufferDirectory,
          ...more,
        });
        this.#collectors.push(collector);
        if (!collector.hasEnded) {
          await keepEveryRow(this.clickhouse);
          await forgetSealer(this.clickhouse);
        }
        return collector;
      },
    };
  }

  /** Ends what a case has left running. */
  async clear(): Promise<void> {
    this.network.set({});
    await Promise.all(
      this.#collectors.splice(0).map((collector) => (collector.hasEnded ? undefined : collector.kill())),
    );
  }

  async strike(): Promise<void> {
    await this.clear();
    await this.network.close();
    await this.clickhouse.kill();
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
