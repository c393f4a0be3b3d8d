/** What the tables take on disk. */
import { command } from './engine.ts';

interface Sizes {
  rows: number;
  bytes: number;
  coldStarts: number;
  coldBytes: number;
}

const query = `
SELECT if(table = 'invocation_parts', table, 'cold_starts') AS held, toFloat64(sum(rows)) AS rows,
  toFloat64(sum(data_compressed_bytes)) AS bytes
FROM system.parts
WHERE active AND database = 'coldlens' AND table IN ('invocation_parts', 'open_cold_starts', 'settled_cold_starts')
GROUP BY held`;

/** Data alone: primary indexes and marks are counted apart. */
export const sizesOf = async (url: string): Promise<Sizes> => {
  const rows = (await command(url, query))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { held: string; rows: number; bytes: number });
  const of = (name: string) => rows.find(({ held }) => held === name) ?? { rows: 0, bytes: 0 };
  const [parts, cold] = [of('invocation_parts'), of('cold_starts')];
  return { rows: parts.rows, bytes: parts.bytes, coldStarts: cold.rows, coldBytes: cold.bytes };
};
