/**
 * What records say. The first of a file tells in which form its rows are, so that a newer coldlens can insert what an older
 * one has left behind. Every other one holds the requests that were committed together: whose they are and how
 * much, in its meta, which can be read alone; their rows, compressed as they came, as its data.
 */
import {
  type EncodedRows,
  type ReceivedTable,
  type Rows,
  type RowsForm,
  receivedTables,
  rowsCompression,
  rowsFormat,
} from '../store/batch.ts';
import { columnsOf } from '../store/rows.ts';
import { type BufferRecord, recordChunks } from './record.ts';

/** A request as it is kept, or several that were decoded together and so have their rows in common. */
export interface KeptRequest {
  /** By which each is recognised when it comes again. */
  readonly keys: readonly Buffer[];
  readonly rows: Rows;
}

export const todaysForm: RowsForm = {
  format: rowsFormat,
  compression: rowsCompression,
  columns: Object.fromEntries(
    receivedTables.map((table) => [table, columnsOf[table].map(({ name }) => name)]),
  ) as unknown as RowsForm['columns'],
};

interface RequestMeta {
  keys: string[];
  hours: number[];
  /** Rows and bytes, of the tables that have any. */
  tables: Partial<Record<ReceivedTable, [rows: number, bytes: number]>>;
}

interface GroupMeta {
  requests: RequestMeta[];
}

const noData = Buffer.alloc(0);

export const formRecord = (form: RowsForm): Uint8Array[] => recordChunks(Buffer.from(JSON.stringify({ form })), noData);

export const groupRecord = (requests: readonly KeptRequest[]): Uint8Array[] => {
  const data = Buffer.concat(
    requests.flatMap(({ rows }) => receivedTables.flatMap((table) => rows[table].chunks as Uint8Array[])),
  );
  const meta: GroupMeta = {
    requests: requests.map(({ keys, rows }) => ({
      keys: keys.map((key) => key.toString('base64')),
      hours: [...rows.hours],
      tables: Object.fromEntries(
        receivedTables
          .filter((table) => rows[table].rows > 0)
          .map((table) => [table, [rows[table].rows, rows[table].bytes]]),
      ),
    })),
  };
  return recordChunks(Buffer.from(JSON.stringify(meta)), data);
};

type Meta = { form: RowsForm } | GroupMeta;

const metaOf = ({ meta }: BufferRecord): Meta => JSON.parse(meta.toString()) as Meta;

/** The form that a record tells; undefined where it holds requests. */
export const formOf = (record: BufferRecord): RowsForm | undefined => {
  const meta = metaOf(record);
  return 'form' in meta ? meta.form : undefined;
};

const keysFrom = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));

/** Whose requests a record holds, without a look at their rows. */
export const keysOf = (record: BufferRecord): Buffer[] => {
  const meta = metaOf(record);
  return 'form' in meta ? [] : meta.requests.flatMap(({ keys }) => keysFrom(keys));
};

export const noRows: EncodedRows = { rows: 0, bytes: 0, chunks: [] };

/** The requests of a record that holds some. */
export const requestsOf = (record: BufferRecord): KeptRequest[] => {
  const meta = metaOf(record);
  if ('form' in meta) return [];
  let at = 0;
  return meta.requests.map(({ keys, hours, tables }) => {
    const taken = receivedTables.map((table): [ReceivedTable, EncodedRows] => {
      const [rows, bytes] = tables[table] ?? [0, 0];
      if (rows === 0) return [table, noRows];
      const chunk = record.data.subarray(at, at + bytes);
      at += bytes;
      return [table, { rows, bytes, chunks: [chunk] }];
    });
    const rows = { ...(Object.fromEntries(taken) as Record<ReceivedTable, EncodedRows>), hours: new Set(hours) };
    return { keys: keysFrom(keys), rows };
  });
};
