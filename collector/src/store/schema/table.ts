/** A table, said once. What a server is told depends on what kind of server it is (see ../ddl.ts). */

export interface Table {
  readonly name: string;
  /** Columns and indexes, as they stand between the brackets. */
  readonly columns: string;
  /** Without `Replicated`, which is a matter of the server. */
  readonly engine: 'MergeTree' | 'ReplacingMergeTree' | 'CoalescingMergeTree';
  /** Of ReplacingMergeTree: the row with the largest value stays. */
  readonly latestBy?: string;
  readonly partitionBy?: string;
  readonly primaryKey?: string;
  readonly orderBy: string;
  /** Rows go so many days after the time in this column, a partition at once; absent = they stay. */
  readonly kept?: { readonly since: string; readonly days: number };
  /** Of the engine, such as the size of a granule. */
  readonly settings?: readonly string[];
  /** An insert under a token that was seen adds nothing. */
  readonly knowsTokens?: true;
  /** For the server's own collector: nobody asks for it across shards. */
  readonly isInternal?: true;
}

/** A question that is asked like a table. */
export interface View {
  readonly name: string;
  readonly select: string;
}
