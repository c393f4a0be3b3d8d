/**
 * A collector as a process that can be killed: `collector-process.js OPTIONS`, a JSON of {@link ProcessOptions}. Says `ready`,
 * answers `stats`, and ends on SIGTERM as `coldlens collect` does.
 */
import { openStore, startCollector } from '@coldlens/collector';
import { diskWith, type Point, storeWith } from './points.ts';

export interface ProcessOptions {
  clickhouse: string;
  port: number;
  bufferDirectory: string;
  bufferBytes?: number;
  /** Ends by SIGKILL when it gets there for the `times`-th time. */
  endAt?: { point: Point; times: number };
  /** Its clock goes wrong by so much. */
  clockOffsetMs?: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions;

const realNow = Date.now;
const offsetMs = options.clockOffsetMs ?? 0;
if (offsetMs !== 0) Date.now = () => realNow() + offsetMs;

let reached = 0;
const reach = (point: Point): void => {
  if (point !== options.endAt?.point) return;
  reached += 1;
  if (reached === options.endAt.times) process.kill(process.pid, 'SIGKILL');
};

const store = await openStore({ clickhouse: options.clickhouse });
const { port, bufferDirectory, bufferBytes } = options;
const collector = await startCollector({
  ...{ port, bufferDirectory },
  store: storeWith(store, reach),
  bufferDisk: diskWith(reach),
  ...(bufferBytes !== undefined && { bufferBytes }),
});

process.on('message', () => process.send?.(collector.bufferStats()));
process.once('SIGTERM', async () => {
  await collector.close();
  await store.close();
  process.exit(0);
});
// The suite itself has ended.
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
