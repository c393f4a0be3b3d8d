/** One step of the schema. */
import type { Table, View } from './table.ts';

/**
 * What a step does. Each can run again after a crash half-way. The database is the connection's; how it is written down for a
 * kind of server is in `ddl.ts`.
 */
export type Statement =
  /** Makes it where it is not there yet. */
  | { readonly table: Table }
  /** Makes it, in place of one that an earlier step made. */
  | { readonly view: View }
  /** Adds a column where it is not there yet. */
  | { readonly column: { readonly table: string; readonly name: string; readonly type: string } }
  /** Adds an index, of what comes from then on, where it is not there yet. */
  | {
      readonly index: {
        readonly table: string;
        readonly name: string;
        readonly expression: string;
        readonly type: string;
      };
    }
  /** Fills a table from another one; of a cluster, each shard does so with its own rows. */
  | { readonly copy: string };

export interface Migration {
  /** 1, 2, 3 ... without gaps. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly Statement[];
}
