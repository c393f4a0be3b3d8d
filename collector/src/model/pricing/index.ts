/** Money: price books, meters, bills. Nothing in here reads a file or a clock. */
export { type Alternative, type Alternatives, alternatives, type Traffic } from './alternatives.ts';
export { type Architecture, awsLambdaPricesDate } from './aws-lambda.ts';
export { type Bill, type BillLine, type BillOptions, monthlyBill, type Unpriced, type Usage } from './bill.ts';
export { type BilledTime, billedTimeUsd, requestsUsd } from './billed-time.ts';
export { type ColdSums, coldCost, coldSurplus } from './cold-cost.ts';
export { type BilledFunction, type BilledSums, costOf, pricesDate, type SizedSums, usagesOf } from './cost.ts';
export {
  type ActiveInterval,
  activeIntervals,
  activeMs,
  azureFlexRule,
  cloudRunInstanceRule,
  cloudRunRule,
  type Interval,
  type IntervalRule,
} from './meter/active-intervals.ts';
export {
  type ConsumptionInvocation,
  type FlexInstance,
  meterAzureConsumption,
  meterAzureFlex,
} from './meter/azure.ts';
export { meterWorker, workersPlan } from './meter/cloudflare.ts';
export {
  type FirstGenInvocation,
  type InstanceBasedInstance,
  meterFirstGen,
  meterInstanceBased,
  meterRequestBased,
  type RequestBasedInstance,
} from './meter/google.ts';
export {
  type BilledParts,
  type LambdaInvocation,
  meterApiGateway,
  meterLambda,
  meterProvisioned,
  meterSnapStartCache,
  type ProvisionedConcurrency,
  type SnapStartCache,
} from './meter/lambda.ts';
export type { Metered } from './meter/metered.ts';
export { type LimitFigures, type NearLimit, nearLimits } from './near-limits.ts';
export {
  type Grant,
  type Lookup,
  overlaid,
  type PriceBook,
  type Priced,
  type Rate,
  rateFor,
  type Tier,
  type Zone,
} from './price-book.ts';
export { builtInPrices } from './tables/index.ts';
export { type MeteredUnit, subunits, type Unit } from './units.ts';
export { costOfUsage, type FunctionUsage, type UsageCost } from './usage-cost.ts';
