/** Finds out whose rows they are that ClickHouse refuses, so that only those are kept from it. */
import {
  type Batch,
  concatenated,
  type ReceivedTable,
  type Rows,
  type RowsForm,
  receivedTables,
} from '../store/batch.ts';
import { type KeptRequest, noRows } from './content.ts';
import type { Tries } from './tries.ts';

/** Rows of one table of one request, and what ClickHouse has against them. */
export interface Refused {
  request: KeptRequest;
  error: Error;
}

/**
 * Inserts table by table, and where that is refused, request by request. Tables that were stored as a whole are stored so
 * again, which adds nothing; of the others nothing is there yet, because an insert is refused as a whole.
 * @returns undefined when it was stopped
 */
export const insertApart = async (
  tries: Pick<Tries, 'insert'>,
  { token, form, requests }: { token: string; form: RowsForm; requests: readonly KeptRequest[] },
): Promise<Refused[] | undefined> => {
  const refused: Refused[] = [];
  const all = concatenated(requests.map(({ rows }) => rows));
  const insert = (own: string, rows: Rows) => tries.insert({ token: own, form, rows } satisfies Batch);
  for (const table of receivedTables) {
    const outcome = await insert(token, only(all, table));
    if (outcome === 'stopped') return undefined;
    if (outcome === 'stored') continue;
    for (const [index, { keys, rows }] of requests.entries()) {
      const own = only(rows, table);
      const ofOne = await insert(`${token}.${index}`, own);
      if (ofOne === 'stopped') return undefined;
      if (ofOne !== 'stored') refused.push({ request: { keys, rows: own }, error: ofOne });
    }
  }
  return refused;
};

const only = (rows: Rows, table: ReceivedTable): Rows => ({
  spans: noRows,
  invocation_parts: noRows,
  instance_starts: noRows,
  package_costs: noRows,
  [table]: rows[table],
  hours: rows.hours,
});
