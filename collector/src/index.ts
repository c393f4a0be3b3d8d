/** What the other workspaces need of the collector. */
export { collectorSource } from './api/collector-source.ts';
export { billParameters, type ReadSource, rankingParameters } from './api/operations.ts';
export { readRoutes } from './api/routes.ts';
export { defaultBufferBytes } from './buffer/default-size.ts';
export { type AppendFile, type Disk, nodeDisk } from './buffer/disk.ts';
export type { BufferEvent, BufferStats, BufferWatch } from './buffer/stats.ts';
export type { Collector, CollectorOptions } from './collector.ts';
export { importFormatNames } from './import/format-names.ts';
export type { ImportProgress, ImportSummary } from './import/index.ts';
export { fileInputs, type Input, streamInput } from './import/inputs.ts';
export { askedPlace } from './import/place.ts';
export type { BenchQuery, BenchRun, BenchRuns, BenchSide } from './model/bench-runs.ts';
export {
  type AccountBill,
  type BillQuery,
  type BillSource,
  gateways,
  type MonthlyBill,
  type MonthlyLine,
  type UnpricedLine,
} from './model/bill.ts';
export type {
  AlternativeCost,
  ColdStart,
  ColdStartList,
  ColdStartQuery,
  Deployment,
  DeploymentChange,
  FunctionIdentity,
  FunctionPage,
  FunctionQuery,
  Group,
  HistogramBar,
  TrendPoint,
} from './model/function-page.ts';
export type {
  BufferHealth,
  CollectorHealth,
  Counted,
  Delays,
  Health,
  PlatformPath,
  Received,
  SealingHealth,
  StoreHealth,
  TableSize,
} from './model/health.ts';
export { type Instance, type InstanceList, type InstanceQuery, longestInstancesMs } from './model/instances.ts';
export type { InvocationPage, InvocationQuery, InvocationSpan } from './model/invocation-page.ts';
export { defaultMaxFunctions } from './model/known-functions.ts';
export type { LiveInvocation, LiveInvocations, LiveQuery, Waiting } from './model/live.ts';
export type { ModuleFigures, ModuleNode, ModulePackage, ModuleQuery, ModuleTree } from './model/module-tree.ts';
export { type Unseen, type UnseenOfFunction, unseenOf } from './model/observability/unseen.ts';
export { sourcesPage } from './model/observability.ts';
export type { PackageQuery, PackageRanking, RankedPackage } from './model/package-ranking.ts';
export type { Grant, PriceBook, Rate, Zone } from './model/pricing/index.ts';
export type { QuestionSource } from './model/question-source.ts';
export {
  type Before,
  type Cost,
  exactUpToMs,
  type Latency,
  narrowedTo,
  type Phases,
  type RankedFunction,
  type Ranking,
  type RankingQuery,
  type RankingSort,
  type RankingSource,
  rankingSorts,
  type Totals,
  type TrendSteps,
} from './model/ranking.ts';
export { overflowName } from './model/span.ts';
export { type Starts, startsOf } from './model/start-kinds.ts';
export { unknownReasons } from './model/unknown-records.ts';
export { checkServer, importFiles, listen, openStore, startCollector } from './on-demand.ts';
export {
  isPriceFile,
  loadPrices,
  type PricesPlace,
  type PricesUpdate,
  priceFilePath,
  updatePrices,
} from './price-files.ts';
export { type Access, accessOf } from './receive/access.ts';
export { scopes } from './receive/gate.ts';
export { isLoopbackName } from './receive/loopback.ts';
export type { CollectorStats } from './receive/otlp/receiver.ts';
export { defaultSocketsPerAddress } from './receive/sockets.ts';
export type { BenchSample } from './store/bench-samples.ts';
export { type Owner, readOwner } from './store/embedded/owner-file.ts';
export {
  parseRetention,
  type RetainedName,
  type Retention,
  retainedNames,
  retentionOf,
  usualDays,
} from './store/retention.ts';
export type { Store, StoreEngine, StoreOptions } from './store/store.ts';
export { type ExitCode, exitCode, Trouble } from './trouble.ts';
export { createLog, type Log, type LogFormat, type LogLevel, logFormats, logLevels } from './watch/log.ts';
