/**
 * ClickHouse's Native format: blocks of columns, each as the engine holds it in memory, so that an insert parses nothing.
 * https://clickhouse.com/docs/interfaces/formats/Native
 *
 * A block says how many columns and rows it has; then each column its name, its type and its values. Blocks may follow each
 * other, so what was encoded apart can be sent together. Only the types that our tables have are known here.
 */
import { GrowingBytes } from './growing-bytes.ts';

/** `null` where the type is Nullable. Dates are days, times are ticks of their precision, both since 1970. */
export type Value = string | number | bigint | null;

/** Writes one column's values. */
type Encode = (out: GrowingBytes, values: readonly Value[]) => void;

/** Writes one column that is null throughout, as most columns of most blocks are. */
type EncodeNulls = (out: GrowingBytes, count: number) => void;

const twoTo32 = 4_294_967_296;

const uint8: Encode = (out, values) => {
  for (const value of values) out.uint8(Number(value));
};

const uint16: Encode = (out, values) => {
  for (const value of values) out.uint16(Number(value));
};

const uint32: Encode = (out, values) => {
  for (const value of values) out.uint32(Number(value));
};

const uint64: Encode = (out, values) => {
  for (const value of values) {
    if (typeof value === 'bigint') {
      out.uint64(value);
    } else {
      const whole = Number(value);
      out.uint32(whole % twoTo32);
      out.uint32(Math.floor(whole / twoTo32));
    }
  }
};

const string: Encode = (out, values) => {
  for (const value of values) out.text(value === null ? '' : String(value));
};

/** In lower case. */
const uuid: Encode = (out, values) => {
  for (const value of values) out.uuid(String(value));
};

/** First which are null, then all values, with anything in place of null. */
const nullable =
  (encode: Encode): Encode =>
  (out, values) => {
    for (const value of values) out.uint8(value === null ? 1 : 0);
    encode(out, values);
  };

/** The same where all are null, of values so many bytes wide. */
const onlyNulls =
  (width: number): EncodeNulls =>
  (out, count) => {
    out.fill(1, count);
    out.fill(0, count * width);
  };

/** Of dictionaries that come with their block, and whose keys the server adds to its own. */
const lowCardinalityVersion = 1n;
const additionalKeys = (1n << 9n) | (1n << 10n);

/** The widths of indexes, in the order of their numbers in the format. */
const indexWidths: readonly Encode[] = [uint8, uint16, uint32];

const lowCardinality =
  (isNullable: boolean): Encode =>
  (out, values) => {
    // Of a Nullable the first key stands for null.
    const keys: Value[] = isNullable ? [''] : [];
    const indexOf = new Map<Value, number>(isNullable ? [[null, 0]] : []);
    let [last, lastIndex] = [undefined as Value | undefined, 0];
    const indexes = values.map((value) => {
      // The next row is often like the one before.
      if (value === last) return lastIndex;
      let index = indexOf.get(value);
      if (index === undefined) {
        index = keys.push(value) - 1;
        indexOf.set(value, index);
      }
      [last, lastIndex] = [value, index];
      return index;
    });
    const width = keys.length <= 0x100 ? 0 : keys.length <= 0x1_0000 ? 1 : 2;
    out.uint64(lowCardinalityVersion);
    out.uint64(additionalKeys | BigInt(width));
    out.uint64(BigInt(keys.length));
    string(out, keys);
    out.uint64(BigInt(indexes.length));
    (indexWidths[width] as Encode)(out, indexes);
  };

/** Where all are the key that stands for null. */
const onlyNullWords: EncodeNulls = (out, count) => {
  out.uint64(lowCardinalityVersion);
  out.uint64(additionalKeys);
  out.uint64(1n);
  out.uint8(0);
  out.uint64(BigInt(count));
  out.fill(0, count);
};

const encodings = {
  Date: { encode: uint16 },
  "DateTime('UTC')": { encode: uint32 },
  "DateTime64(3, 'UTC')": { encode: uint64 },
  "DateTime64(9, 'UTC')": { encode: uint64 },
  UInt8: { encode: uint8 },
  UInt32: { encode: uint32 },
  UInt64: { encode: uint64 },
  String: { encode: string },
  UUID: { encode: uuid },
  "Nullable(DateTime64(3, 'UTC'))": { encode: nullable(uint64), nulls: onlyNulls(8) },
  'Nullable(UInt8)': { encode: nullable(uint8), nulls: onlyNulls(1) },
  'Nullable(UInt32)': { encode: nullable(uint32), nulls: onlyNulls(4) },
  'Nullable(UInt64)': { encode: nullable(uint64), nulls: onlyNulls(8) },
  // An empty text is the one byte that tells its length.
  'Nullable(String)': { encode: nullable(string), nulls: onlyNulls(1) },
  'LowCardinality(String)': { encode: lowCardinality(false) },
  'LowCardinality(Nullable(String))': { encode: lowCardinality(true), nulls: onlyNullWords },
} as const satisfies Readonly<Record<string, { encode: Encode; nulls?: EncodeNulls }>>;

/** As ClickHouse writes it. */
export type ColumnType = keyof typeof encodings;
export const columnTypes = Object.keys(encodings) as ColumnType[];

/** One column of a table: its name, its type, and its value in a row made of `Source`. */
export interface Column<Source> {
  readonly name: string;
  readonly type: ColumnType;
  value(source: Source): Value;
}

/** Used for one block after the other. */
const out = new GrowingBytes();

/** One block of all these rows, of which there must be one at least. It is there until the next block is made. */
export const nativeBlock = <Source>(columns: readonly Column<Source>[], sources: readonly Source[]): Uint8Array => {
  out.clear();
  out.varint(columns.length);
  out.varint(sources.length);
  const values: Value[] = new Array(sources.length);
  for (const column of columns) {
    let isNull = true;
    for (let row = 0; row < sources.length; row++) {
      const value = column.value(sources[row] as Source);
      if (value !== null) isNull = false;
      values[row] = value;
    }
    out.text(column.name);
    out.text(column.type);
    const { encode, nulls }: { encode: Encode; nulls?: EncodeNulls } = encodings[column.type];
    if (isNull && nulls) nulls(out, sources.length);
    else encode(out, values);
  }
  return out.written;
};
