/**
 * What a ranking says of a function, in few columns of the rollups.
 *
 *   To plan a statement, and to open a column of a hundred functions, takes the engine longer than to add up what is in it: sums
 *   side by side in an array are answered in 0.4 of the time of 17 columns. The columns of 005 stay, for what reads one
 *   or two of them, such as the choice of the functions with the most errors. The engine makes these from them at each insert;
 *   LZ4, because small blocks of ZSTD take a quarter longer to read.
 */
import { functionIdentity, settledUntil, sumNames, tiers } from './005-sealed-periods.ts';
import type { Migration, Statement } from './migration.ts';
import type { View } from './table.ts';

const texts = (expressions: readonly string[], type: string): string =>
  `toJSONString(CAST([${expressions.join(', ')}], 'Array(${type})'))`;

/** Expressions of the columns of 005, and their types. Lists that are texts are JSON. */
export const packed = {
  packed_identity: ['String', texts(functionIdentity, 'String')],
  /** Of the time in `latest_at`. */
  packed_latest: [
    'String',
    texts(['function_version', 'runtime', 'arch', 'toString(memory_mb)', "ifNull(toString(timeout_ms), '')"], 'String'),
  ],
  /** '' = not told. */
  packed_modules: [
    'String',
    `if(isNull(modules_seen), '', ${texts(['modules_seen', 'modules_hint'], 'Nullable(String)')})`,
  ],
  /** 0 MB of used memory = not told. */
  packed_maxima: ['Array(UInt32)', '[cold_burst, ifNull(memory_used_mb, 0)]'],
  packed_sums: ['Array(UInt128)', `CAST([${sumNames.join(', ')}], 'Array(UInt128)')`],
} as const satisfies Readonly<Record<string, readonly [type: string, expression: string]>>;
export const packedNames = Object.keys(packed) as (keyof typeof packed)[];

/** Each has a `_next` beside it. */
export const rollups = [...tiers.map((tier) => `${tier}_function_days`), 'function_hours'];

const column = (table: string, name: keyof typeof packed): Statement => {
  const [type, expression] = packed[name];
  return { column: { table, name, type: `${type} MATERIALIZED ${expression} CODEC(LZ4)` } };
};

/** A `*` leaves out what the engine makes. */
const days = tiers.map(
  (tier) => `
SELECT *, ${packedNames.join(', ')} FROM ${tier}_function_days WHERE day ${tier === 'settled' ? '<' : '>='} ${settledUntil}`,
);

export const bothPackedTiers: View = { name: 'function_days', select: days.join('\nUNION ALL') };

export const packedRollups: Migration = {
  version: 7,
  name: 'packed rollups',
  statements: [
    ...rollups.flatMap((table) =>
      [table, `${table}_next`].flatMap((each) => packedNames.map((name) => column(each, name))),
    ),
    { view: bothPackedTiers },
  ],
};
