/** How a store is: whether it answers, how fast, and what it holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health, StoreHealth, TableSize } from '../model/health.ts';
import { Trouble } from '../trouble.ts';
import type { Connection } from './connection.ts';

/** Who asks how a store is has no patience for one that is not well. */
const answersWithinMs = 5_000;

const latestArrival = `
SELECT toUnixTimestamp64Milli(max(arrived_at)) AS ms FROM invocation_parts WHERE slot >= now() - INTERVAL 1 DAY`;

const sizes = `
SELECT name, toString(total_rows) AS rows, toString(total_bytes) AS bytes FROM system.tables
WHERE database = currentDatabase() AND total_rows > 0 AND total_bytes > 0
ORDER BY total_bytes DESC, name
LIMIT 50`;

interface SizeRow {
  name: string;
  rows: string;
  bytes: string;
}

const tableOf = ({ name, rows, bytes }: SizeRow): TableSize => ({ name, rows: Number(rows), bytes: Number(bytes) });

type Answer = Pick<StoreHealth, 'answerMs' | 'latestArrivalAt' | 'tables'>;

/** @param isWhole all rows lie on the server that is asked @throws what the client throws */
export const storeAnswer = async (connection: Connection, isWhole: boolean): Promise<Answer> => {
  const beganMs = performance.now();
  await connection.select('SELECT 1');
  const answerMs = performance.now() - beganMs;
  const [[latest], tables] = await Promise.all([
    connection.select<{ ms: string | null }>(latestArrival),
    isWhole ? connection.select<SizeRow>(sizes) : null,
  ]);
  const ms = latest?.ms ?? null;
  return {
    answerMs,
    latestArrivalAt: ms === null || ms === '0' ? null : new Date(Number(ms)).toISOString(),
    tables: tables?.map(tableOf) ?? null,
  };
};

const tooLate = async (): Promise<never> => {
  await sleep(answersWithinMs, undefined, { ref: false });
  throw new Trouble(
    `It has not answered within ${answersWithinMs / 1_000} s.`,
    'Look at what the server is busy with, and at the network between.',
  );
};

/** Of the store alone: nothing is known of a collector. @param ask throws where it cannot answer */
export const healthOf = async (
  about: Pick<StoreHealth, 'description' | 'version'>,
  ask: () => Promise<Partial<Answer>>,
): Promise<Health> => {
  const told = await Promise.race([ask(), tooLate()]).catch((error: unknown) => {
    if (!(error instanceof Trouble)) throw error;
    return { error: error.message, next: error.next };
  });
  const nothing = { answerMs: null, latestArrivalAt: null, tables: null, error: null, next: null };
  return { at: new Date().toISOString(), collector: null, store: { ...about, ...nothing, ...told } };
};
