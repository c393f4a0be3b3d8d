/** All that a person can ask, wherever the answer comes from: a ClickHouse, embedded or not, or a collector elsewhere. */
import type { BenchQuery, BenchRuns } from './bench-runs.ts';
import type { BillSource } from './bill.ts';
import type { ColdStartList, ColdStartQuery, FunctionPage, FunctionQuery } from './function-page.ts';
import type { Health } from './health.ts';
import type { InstanceList, InstanceQuery } from './instances.ts';
import type { InvocationPage, InvocationQuery } from './invocation-page.ts';
import type { LiveInvocations, LiveQuery } from './live.ts';
import type { ModuleQuery, ModuleTree } from './module-tree.ts';
import type { PackageQuery, PackageRanking } from './package-ranking.ts';
import type { RankingSource } from './ranking.ts';

/** The first page of what is a list. */
type First<Query> = Omit<Query, 'from'>;

/** Each throws {@link Trouble} when the source cannot answer; `null` = there is no such function or invocation in the window. */
export interface QuestionSource extends RankingSource, BillSource {
  functionPage(query: FunctionQuery): Promise<FunctionPage | null>;
  coldStarts(query: First<ColdStartQuery>): Promise<ColdStartList | null>;
  instances(query: InstanceQuery): Promise<InstanceList | null>;
  invocationPage(query: InvocationQuery): Promise<InvocationPage | null>;
  modules(query: ModuleQuery): Promise<ModuleTree | null>;
  packages(query: First<PackageQuery>): Promise<PackageRanking>;
  live(query: LiveQuery): Promise<LiveInvocations>;
  benchRuns(query: First<BenchQuery>): Promise<BenchRuns>;
  /** Of a store that is away it tells that, instead of throwing. */
  health(): Promise<Health>;
}
