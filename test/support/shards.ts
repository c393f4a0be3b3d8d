/** A cluster of two shards: two embedded servers on this machine that reach each other over TCP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#collector/free-port.js';
import { servesDirectory } from '#collector/store/embedded/probe.js';
import { removeDirectory, temporaryDirectory } from './collector.ts';
import { until } from './until.ts';

const engineEntry = fileURLToPath(import.meta.resolve('#collector/store/embedded/child.js'));

export const clusterName = 'pair';

const configuration = (tcpPorts: readonly number[]): string => {
  const shards = tcpPorts.map((port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`);
  return `<clickhouse><remote_servers><${clusterName}>${shards.join('')}</${clusterName}></remote_servers></clickhouse>\n`;
};

export interface Shard {
  /** Of its HTTP interface. */
  readonly url: string;
  start(): Promise<void>;
  /** By SIGKILL. */
  kill(): Promise<void>;
}

/** Call it inside `describe`: both run from the first test to the last, unless a test kills one. */
export const twoShardsForAllTests = (): readonly [Shard, Shard] => {
  let directory = '';
  const ports = [
    { http: 0, tcp: 0 },
    { http: 0, tcp: 0 },
  ];
  const children = new Map<number, ChildProcess>();

  const shard = (index: 0 | 1): Shard => ({
    get url() {
      return `http://127.0.0.1:${ports[index]?.http}`;
    },
    start: async () => {
      const { http = 0, tcp = 0 } = ports[index] ?? {};
      const data = join(directory, String(index));
      const words = [engineEntry, data, String(http), join(directory, 'cluster.xml'), String(tcp)];
      children.set(index, spawn(process.execPath, words, { stdio: ['pipe', 'ignore', 'ignore'] }));
      await until(`shard ${index} answers`, () => servesDirectory(http, data), 20_000);
    },
    kill: async () => {
      const child = children.get(index);
      if (child === undefined || !children.delete(index)) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  });
  const shards = [shard(0), shard(1)] as const;

  before(async () => {
    directory = await realpath(await temporaryDirectory());
    for (const [index, one] of ports.entries()) {
      Object.assign(one, { http: await freePort(), tcp: await freePort() });
      await mkdir(join(directory, String(index)));
    }
    await writeFile(join(directory, 'cluster.xml'), configuration(ports.map(({ tcp }) => tcp)));
    await Promise.all(shards.map((one) => one.start()));
  });
  after(async () => {
    await Promise.all(shards.map((one) => one.kill()));
    await removeDirectory(directory);
  });
  return shards;
};
