/** One step of the schema. */
export interface Migration {
  /** 1, 2, 3 ... without gaps. */
  readonly version: number;
  readonly name: string;
  /** Each can run again after a crash half-way (`IF NOT EXISTS`). The database is the connection's. */
  readonly statements: readonly string[];
}
