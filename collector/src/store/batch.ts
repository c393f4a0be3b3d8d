/** What is handed to the store: rows that are already text, so that a retry sends the very same bytes. */

/** Rows in ClickHouse's JSONCompactEachRow: one JSON array a line. */
export interface EncodedRows {
  readonly rows: number;
  /** UTF-16 length of the text; near enough to bytes for limits. */
  readonly bytes: number;
  readonly chunks: readonly string[];
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

/** One column of a table: its name, and its value in a row made of `Source`. */
export interface Column<Source> {
  readonly name: string;
  value(source: Source): string | number | null;
}

/** Rows encoded between two breaths: bounds how long the event loop is held (10,000 rows take about 100 ms). */
const rowsPerSlice = 2000;

/** Encodes rows slice by slice, letting other work in between. */
export async function encodeRows<Source>(
  columns: readonly Column<Source>[],
  sources: readonly Source[],
): Promise<EncodedRows> {
  const chunks: string[] = [];
  let bytes = 0;
  for (let from = 0; from < sources.length; from += rowsPerSlice) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    let chunk = '';
    for (const source of sources.slice(from, from + rowsPerSlice)) {
      chunk += `${JSON.stringify(columns.map((column) => column.value(source)))}\n`;
    }
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return { rows: sources.length, bytes, chunks };
}
