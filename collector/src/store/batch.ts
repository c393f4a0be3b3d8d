/** What is handed to the store: rows that are already encoded, so that a retry sends the very same bytes. */
import { type Column, nativeBlock } from './native.ts';

/** What rows are encoded in, as ClickHouse calls it. */
export const rowsFormat = 'Native';

/** Rows in {@link rowsFormat}. */
export interface EncodedRows {
  readonly rows: number;
  /** Of all chunks. */
  readonly bytes: number;
  /** Whole blocks, which may be sent one after the other. */
  readonly chunks: readonly Uint8Array[];
}

/** The tables that what is received goes to. */
export const receivedTables = ['spans', 'invocation_parts', 'instance_starts', 'package_costs'] as const;
export type ReceivedTable = (typeof receivedTables)[number];

/** What one or more requests bring, by table. */
export type Rows = Readonly<Record<ReceivedTable, EncodedRows>> & {
  /** Hours since 1970 that its invocations are of. */
  readonly hours: ReadonlySet<number>;
};

/** An immutable unit of insertion. */
export interface Batch {
  /** Unique, and never used for other rows: ClickHouse silently drops what comes under a token it has seen. */
  readonly token: string;
  readonly rows: Rows;
  /** Absent = today's. An older coldlens may have left rows in another form. */
  readonly form?: RowsForm;
}

/** How rows are written down: ClickHouse's name of the format, and the columns that they have. */
export interface RowsForm {
  readonly format: string;
  readonly columns: Readonly<Record<ReceivedTable, readonly string[]>>;
}

/** Of all tables. */
export const sizeOf = (rows: Rows): { rows: number; bytes: number } => {
  const parts = receivedTables.map((table) => rows[table]);
  return {
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  };
};

/** Several requests' rows as one's. */
export const concatenated = (all: readonly Rows[]): Rows => {
  const table = (name: ReceivedTable): EncodedRows => {
    const parts = all.map((rows) => rows[name]);
    return {
      rows: parts.reduce((sum, part) => sum + part.rows, 0),
      bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
      chunks: parts.flatMap((part) => part.chunks),
    };
  };
  return {
    spans: table('spans'),
    invocation_parts: table('invocation_parts'),
    instance_starts: table('instance_starts'),
    package_costs: table('package_costs'),
    hours: new Set(all.flatMap(({ hours }) => [...hours])),
  };
};

/** Rows of a block: bounds what the encoder holds beside what it has written. */
const rowsPerBlock = 16_384;

export function encodeRows<Source>(columns: readonly Column<Source>[], sources: readonly Source[]): EncodedRows {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < sources.length; from += rowsPerBlock) {
    chunks.push(
      nativeBlock(
        columns,
        from === 0 && sources.length <= rowsPerBlock ? sources : sources.slice(from, from + rowsPerBlock),
      ),
    );
  }
  return { rows: sources.length, bytes: chunks.reduce((sum, { length }) => sum + length, 0), chunks };
}
