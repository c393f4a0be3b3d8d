/**
 * How long rows are kept: a setting, by the names of this table. What it says is written into the tables, so that whoever opens
 * them later finds it there; tables that it does not name stay as they are.
 */
import { exitCode, Trouble } from '../trouble.ts';
import type { Connection } from './connection.ts';
import { keepFor } from './ddl.ts';
import type { Layout } from './layout.ts';
import { dayMs } from './periods.ts';
import { tables } from './schema/index.ts';
import type { Table } from './schema/table.ts';

interface Retained {
  /** The first one is the one that is asked how long it keeps rows. */
  readonly tables: readonly [string, ...string[]];
  /** Fewest days that the rest of coldlens can live with. */
  readonly least: number;
}

export const retained = {
  spans: { tables: ['spans'], least: 1 },
  // What comes late is sealed from all parts of its hour, and with the starts that these belong to: they go together.
  invocations: { tables: ['invocation_parts', 'invocations', 'instance_starts'], least: 3 },
  // Windows are made of all three. They take hours for granted as far back as `hoursBackMs` in periods.ts.
  'cold-starts': { tables: ['settled_cold_starts', 'open_cold_starts'], least: 2 },
  hours: { tables: ['function_hours'], least: 35 },
  days: { tables: ['settled_function_days', 'open_function_days'], least: 2 },
  packages: { tables: ['package_costs'], least: 1 },
  'bench-samples': { tables: ['bench_samples'], least: 1 },
} as const satisfies Readonly<Record<string, Retained>>;
export type RetainedName = keyof typeof retained;
export const retainedNames = Object.keys(retained) as RetainedName[];

/** Ten years. */
const mostDays = 3_650;

/** Days by name. */
export type Retention = Readonly<Partial<Record<RetainedName, number>>>;

const tableOf = (name: string): Table & Required<Pick<Table, 'kept'>> => {
  const table = tables.find((one) => one.name === name);
  if (!table?.kept) throw new Error(`no table ${name} has an end`);
  return { ...table, kept: table.kept };
};

/** What a new database has. */
export const usualDays = (name: RetainedName): number => tableOf(retained[name].tables[0]).kept.days;

const isRetained = (name: string): name is RetainedName => Object.hasOwn(retained, name);

/**
 * Reads one `NAME=DAYS`.
 * @throws {@link Trouble} (wrong usage) that tells the names or the bounds
 */
export const parseRetention = (text: string): { name: RetainedName; days: number } => {
  const [name = '', days = '', ...rest] = text.split('=');
  if (!isRetained(name) || rest.length > 0) {
    throw new Trouble(
      `"${text.slice(0, 40)}" is no NAME=DAYS of a table.`,
      `Use the names ${retainedNames.join(', ')}, such as spans=${usualDays('spans')}.`,
      exitCode.usage,
    );
  }
  const { least } = retained[name];
  const value = /^\d{1,9}$/.test(days) ? Number(days) : Number.NaN;
  if (value >= least && value <= mostDays) return { name, days: value };
  throw new Trouble(
    `"${days.slice(0, 40)}" is no number of days to keep ${name} for, which are ${least} to ${mostDays}.`,
    `Give such a number; ${usualDays(name)} is usual.`,
    exitCode.usage,
  );
};

/** @throws {@link Trouble} (wrong usage) for a name that is there twice */
export const retentionOf = (all: readonly { name: RetainedName; days: number }[]): Retention => {
  const twice = all.find(({ name }, index) => all.findIndex((one) => one.name === name) < index);
  if (twice === undefined) return Object.fromEntries(all.map(({ name, days }) => [name, days]));
  throw new Trouble(`The retention of ${twice.name} is given twice.`, 'Give it once.', exitCode.usage);
};

/** Days that tables keep their rows, as the server has it. */
export type KeptDays = ReadonlyMap<string, number>;

/** As the server writes it down; another end than one of ours, or none, was made by hand. */
const ourTtl = / TTL \w+ \+ toIntervalDay\((\d+)\)(?: |$)/;

export async function readKept(connection: Connection): Promise<KeptDays> {
  const rows = await connection.select<{ name: string; engine_full: string }>(
    'SELECT name, engine_full FROM system.tables WHERE database = currentDatabase()',
  );
  return new Map(
    rows.flatMap(({ name, engine_full: engine }) => {
      const days = ourTtl.exec(engine)?.[1];
      return days === undefined ? [] : [[name, Number(days)]];
    }),
  );
}

/** @param connection to the database that holds rows @returns what is kept now */
export async function applyRetention(
  connection: Connection,
  layout: Layout,
  wanted: Retention,
  kept: KeptDays,
): Promise<KeptDays> {
  const now = new Map(kept);
  for (const [name, days] of Object.entries(wanted) as [RetainedName, number][]) {
    for (const table of retained[name].tables) {
      if (kept.get(table) === days) continue;
      await connection.command(keepFor(tableOf(table), days, layout));
      now.set(table, days);
    }
  }
  return now;
}

/** The day that expires today is going, so it counts no more. What has no end of ours is held to the usual one. */
export const keptWholeDays = (kept: KeptDays, ...names: readonly RetainedName[]): number =>
  Math.min(...names.map((name) => (kept.get(retained[name].tables[0]) ?? usualDays(name)) - 1));

/** What questions about a window have in common. */
export interface WindowQuery {
  readonly sinceMs: number;
  readonly compare?: boolean;
  readonly untilMs?: number;
}

/** A question's window reaches back no further than all that it is answered from, or its sums would be of less than it says. */
export const withinKept = <Query extends WindowQuery>(query: Query, kept: KeptDays): Query => {
  // A window that ended earlier reaches back as much further.
  const agoMs = Math.ceil(Math.max(0, Date.now() - (query.untilMs ?? Date.now())) / dayMs) * dayMs;
  const keptMs = keptWholeDays(kept, 'cold-starts', 'days') * dayMs - agoMs;
  const isAllOfBeforeKept = 2 * query.sinceMs <= keptMs;
  return {
    ...query,
    sinceMs: Math.min(query.sinceMs, keptMs),
    ...(query.compare && { compare: isAllOfBeforeKept }),
  };
};
