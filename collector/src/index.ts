/** What the other workspaces need of the collector. */
export { collectorSource } from './api/collector-source.ts';
export { billParameters, rankingParameters } from './api/operations.ts';
export { defaultBufferBytes } from './buffer/buffer.ts';
export { type AppendFile, type Disk, nodeDisk } from './buffer/disk.ts';
export type { BufferEvent, BufferStats, BufferWatch } from './buffer/stats.ts';
export { type Collector, type CollectorOptions, startCollector } from './collector.ts';
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
  FunctionIdentity,
  FunctionPage,
  FunctionQuery,
  Group,
  HistogramBar,
  TrendPoint,
} from './model/function-page.ts';
export type { InvocationPage, InvocationQuery, InvocationSpan } from './model/invocation-page.ts';
export { defaultMaxFunctions } from './model/known-functions.ts';
export type { PackageQuery, PackageRanking, RankedPackage } from './model/package-ranking.ts';
export {
  builtInPrices,
  type Grant,
  type PriceBook,
  type Rate,
  type Zone,
} from './model/pricing/index.ts';
export {
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
} from './model/ranking.ts';
export { overflowName } from './model/span.ts';
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
export { checkServer } from './receive/server.ts';
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
export { openStore, type Store, type StoreEngine, type StoreOptions } from './store/store.ts';
export { type ExitCode, exitCode, Trouble } from './trouble.ts';
export { createLog, type Log, type LogFormat, type LogLevel, logFormats, logLevels } from './watch/log.ts';
